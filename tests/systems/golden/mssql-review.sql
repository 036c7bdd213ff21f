-- lock
SELECT offerter.offertnr
FROM offerter WITH (UPDLOCK, ROWLOCK)
WHERE offerter.offertnr IN (?) ORDER BY offerter.offertnr

-- standing
SELECT offerter.offertnr
FROM offerter
WHERE offerter.offertnr IN (?)

-- keep
UPDATE offerter SET utvarderad=?, ska_bort=? WHERE offerter.offertnr = ?

-- erase
UPDATE offerter SET utvarderad=?, ska_bort=? WHERE offerter.offertnr = ?

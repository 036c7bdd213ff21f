-- keys
SELECT offerter.offertnr
FROM offerter
WHERE offerter.skickad <= ? AND (offerter.utvarderad IS NULL OR offerter.utvarderad <= ?) AND (offerter.ska_bort IS NULL OR offerter.ska_bort = 0)

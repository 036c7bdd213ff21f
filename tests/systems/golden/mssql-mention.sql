-- texts
SELECT meddelanden.id, meddelanden.brodtext
FROM meddelanden
WHERE meddelanden.id IN (?, ?)

-- lock
SELECT meddelanden.brodtext
FROM meddelanden WITH (UPDLOCK, ROWLOCK)
WHERE meddelanden.id = ?

-- replace
UPDATE meddelanden SET brodtext=? WHERE meddelanden.id = ?

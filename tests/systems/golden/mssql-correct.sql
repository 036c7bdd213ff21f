-- lock kontakter.epost
SELECT kontakter.id
FROM kontakter WITH (UPDLOCK, ROWLOCK)
WHERE lower(kontakter.epost) = ? ORDER BY kontakter.id

-- lock kontakter.epost
SELECT kontakter.id
FROM kontakter WITH (UPDLOCK, ROWLOCK)
WHERE lower(kontakter.epost) = ? AND kontakter.id IN (?) ORDER BY kontakter.id

-- correct kontakter.epost
UPDATE kontakter SET epost=?, telefon=? WHERE kontakter.id IN (?, ?)

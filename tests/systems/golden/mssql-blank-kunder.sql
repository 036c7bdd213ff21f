-- pick
SELECT TOP 1000 kunder.kundnr
FROM kunder
WHERE kunder.postadress IS NOT NULL AND (kunder.kundnr NOT IN (SELECT arenden.kundnr
FROM arenden
WHERE arenden.id IN (SELECT held_record.id
FROM arenden AS held_record
WHERE held_record.id IN (?) UNION ALL SELECT held_row.id
FROM arenden AS held_row JOIN kontakter AS person_kontakter_0 ON held_row.kontakt_id = person_kontakter_0.id
WHERE lower(person_kontakter_0.epost) IN (?) AND held_row.id IS NOT NULL UNION ALL SELECT held_row.arende_id
FROM meddelanden AS held_row JOIN kontakter AS person_kontakter_0 ON held_row.kontakt_id = person_kontakter_0.id
WHERE lower(person_kontakter_0.epost) IN (?) AND held_row.arende_id IS NOT NULL) AND arenden.kundnr IS NOT NULL)) AND kunder.kundnr > ? ORDER BY kunder.kundnr

-- lock
SELECT kunder.kundnr
FROM kunder WITH (UPDLOCK, ROWLOCK)
WHERE kunder.kundnr IN (?, ?) AND kunder.postadress IS NOT NULL ORDER BY kunder.kundnr

-- ask
SELECT kunder.kundnr
FROM kunder
WHERE kunder.kundnr IN (?, ?) AND (kunder.kundnr NOT IN (SELECT arenden.kundnr
FROM arenden
WHERE arenden.id IN (SELECT held_record.id
FROM arenden AS held_record
WHERE held_record.id IN (?) UNION ALL SELECT held_row.id
FROM arenden AS held_row JOIN kontakter AS person_kontakter_0 ON held_row.kontakt_id = person_kontakter_0.id
WHERE lower(person_kontakter_0.epost) IN (?) AND held_row.id IS NOT NULL UNION ALL SELECT held_row.arende_id
FROM meddelanden AS held_row JOIN kontakter AS person_kontakter_0 ON held_row.kontakt_id = person_kontakter_0.id
WHERE lower(person_kontakter_0.epost) IN (?) AND held_row.arende_id IS NOT NULL) AND arenden.kundnr IS NOT NULL)) ORDER BY kunder.kundnr

-- blank kunder
UPDATE kunder SET postadress=NULL WHERE kunder.kundnr IN (?, ?)

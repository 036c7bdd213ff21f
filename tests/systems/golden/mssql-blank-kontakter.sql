-- pick
SELECT TOP 1000 kontakter.id
FROM kontakter
WHERE kontakter.telefon IS NOT NULL AND (kontakter.id NOT IN (SELECT arenden.kontakt_id
FROM arenden
WHERE arenden.id IN (SELECT held_record.id
FROM arenden AS held_record
WHERE held_record.id IN (?) UNION ALL SELECT held_row.id
FROM arenden AS held_row JOIN kontakter AS person_kontakter_0 ON held_row.kontakt_id = person_kontakter_0.id
WHERE lower(person_kontakter_0.epost) IN (?) AND held_row.id IS NOT NULL UNION ALL SELECT held_row.arende_id
FROM meddelanden AS held_row JOIN kontakter AS person_kontakter_0 ON held_row.kontakt_id = person_kontakter_0.id
WHERE lower(person_kontakter_0.epost) IN (?) AND held_row.arende_id IS NOT NULL) AND arenden.kontakt_id IS NOT NULL)) AND (kontakter.id NOT IN (SELECT meddelanden.kontakt_id
FROM meddelanden
WHERE meddelanden.arende_id IN (SELECT held_record.id
FROM arenden AS held_record
WHERE held_record.id IN (?) UNION ALL SELECT held_row.id
FROM arenden AS held_row JOIN kontakter AS person_kontakter_0 ON held_row.kontakt_id = person_kontakter_0.id
WHERE lower(person_kontakter_0.epost) IN (?) AND held_row.id IS NOT NULL UNION ALL SELECT held_row.arende_id
FROM meddelanden AS held_row JOIN kontakter AS person_kontakter_0 ON held_row.kontakt_id = person_kontakter_0.id
WHERE lower(person_kontakter_0.epost) IN (?) AND held_row.arende_id IS NOT NULL) AND meddelanden.kontakt_id IS NOT NULL)) AND (kontakter.id NOT IN (SELECT offerter.kontakt_id
FROM offerter
WHERE offerter.offertnr IN (SELECT held_row.offertnr
FROM offerter AS held_row JOIN kontakter AS person_kontakter_0 ON held_row.kontakt_id = person_kontakter_0.id
WHERE lower(person_kontakter_0.epost) IN (?) AND held_row.offertnr IS NOT NULL) AND offerter.kontakt_id IS NOT NULL)) AND (coalesce(lower(kontakter.epost), ?) NOT IN (?)) AND kontakter.id > ? ORDER BY kontakter.id

-- lock
SELECT kontakter.id
FROM kontakter WITH (UPDLOCK, ROWLOCK)
WHERE kontakter.id IN (?, ?) AND kontakter.telefon IS NOT NULL ORDER BY kontakter.id

-- ask
SELECT kontakter.id
FROM kontakter
WHERE kontakter.id IN (?, ?) AND (kontakter.id NOT IN (SELECT arenden.kontakt_id
FROM arenden
WHERE arenden.id IN (SELECT held_record.id
FROM arenden AS held_record
WHERE held_record.id IN (?) UNION ALL SELECT held_row.id
FROM arenden AS held_row JOIN kontakter AS person_kontakter_0 ON held_row.kontakt_id = person_kontakter_0.id
WHERE lower(person_kontakter_0.epost) IN (?) AND held_row.id IS NOT NULL UNION ALL SELECT held_row.arende_id
FROM meddelanden AS held_row JOIN kontakter AS person_kontakter_0 ON held_row.kontakt_id = person_kontakter_0.id
WHERE lower(person_kontakter_0.epost) IN (?) AND held_row.arende_id IS NOT NULL) AND arenden.kontakt_id IS NOT NULL)) AND (kontakter.id NOT IN (SELECT meddelanden.kontakt_id
FROM meddelanden
WHERE meddelanden.arende_id IN (SELECT held_record.id
FROM arenden AS held_record
WHERE held_record.id IN (?) UNION ALL SELECT held_row.id
FROM arenden AS held_row JOIN kontakter AS person_kontakter_0 ON held_row.kontakt_id = person_kontakter_0.id
WHERE lower(person_kontakter_0.epost) IN (?) AND held_row.id IS NOT NULL UNION ALL SELECT held_row.arende_id
FROM meddelanden AS held_row JOIN kontakter AS person_kontakter_0 ON held_row.kontakt_id = person_kontakter_0.id
WHERE lower(person_kontakter_0.epost) IN (?) AND held_row.arende_id IS NOT NULL) AND meddelanden.kontakt_id IS NOT NULL)) AND (kontakter.id NOT IN (SELECT offerter.kontakt_id
FROM offerter
WHERE offerter.offertnr IN (SELECT held_row.offertnr
FROM offerter AS held_row JOIN kontakter AS person_kontakter_0 ON held_row.kontakt_id = person_kontakter_0.id
WHERE lower(person_kontakter_0.epost) IN (?) AND held_row.offertnr IS NOT NULL) AND offerter.kontakt_id IS NOT NULL)) AND (coalesce(lower(kontakter.epost), ?) NOT IN (?)) ORDER BY kontakter.id

-- blank kontakter
UPDATE kontakter SET telefon=NULL WHERE kontakter.id IN (?, ?)

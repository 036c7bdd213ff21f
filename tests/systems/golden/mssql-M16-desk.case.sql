-- pick
SELECT TOP 1000 arenden.id
FROM arenden LEFT OUTER JOIN kunder AS kunder_1 ON arenden.kundnr = kunder_1.kundnr
WHERE (coalesce(stangd, avbruten)) < ? AND arenden.arkiverad IS NULL AND (arenden.id NOT IN (SELECT held_record.id
FROM arenden AS held_record
WHERE held_record.id IN (?) UNION ALL SELECT held_row.id
FROM arenden AS held_row JOIN kontakter AS person_kontakter_0 ON held_row.kontakt_id = person_kontakter_0.id
WHERE lower(person_kontakter_0.epost) IN (?) AND held_row.id IS NOT NULL UNION ALL SELECT held_row.arende_id
FROM meddelanden AS held_row JOIN kontakter AS person_kontakter_0 ON held_row.kontakt_id = person_kontakter_0.id
WHERE lower(person_kontakter_0.epost) IN (?) AND held_row.arende_id IS NOT NULL)) AND CASE WHEN (kunder_1.avtal_upphort <= ? AND kunder_1.antal_avtal = ? AND arenden.arkiverad IS NULL AND (arenden.id NOT IN (SELECT held_record.id
FROM arenden AS held_record
WHERE held_record.id IN (?) UNION ALL SELECT held_row.id
FROM arenden AS held_row JOIN kontakter AS person_kontakter_0 ON held_row.kontakt_id = person_kontakter_0.id
WHERE lower(person_kontakter_0.epost) IN (?) AND held_row.id IS NOT NULL UNION ALL SELECT held_row.arende_id
FROM meddelanden AS held_row JOIN kontakter AS person_kontakter_0 ON held_row.kontakt_id = person_kontakter_0.id
WHERE lower(person_kontakter_0.epost) IN (?) AND held_row.arende_id IS NOT NULL))) THEN ? ELSE ? END = 0 AND arenden.id > ? ORDER BY arenden.id

-- lock
SELECT arenden.id
FROM arenden WITH (UPDLOCK, ROWLOCK)
WHERE arenden.id IN (?, ?) ORDER BY arenden.id

-- ask
SELECT arenden.id
FROM arenden LEFT OUTER JOIN kunder AS kunder_1 ON arenden.kundnr = kunder_1.kundnr
WHERE (coalesce(stangd, avbruten)) < ? AND arenden.arkiverad IS NULL AND (arenden.id NOT IN (SELECT held_record.id
FROM arenden AS held_record
WHERE held_record.id IN (?) UNION ALL SELECT held_row.id
FROM arenden AS held_row JOIN kontakter AS person_kontakter_0 ON held_row.kontakt_id = person_kontakter_0.id
WHERE lower(person_kontakter_0.epost) IN (?) AND held_row.id IS NOT NULL UNION ALL SELECT held_row.arende_id
FROM meddelanden AS held_row JOIN kontakter AS person_kontakter_0 ON held_row.kontakt_id = person_kontakter_0.id
WHERE lower(person_kontakter_0.epost) IN (?) AND held_row.arende_id IS NOT NULL)) AND CASE WHEN (kunder_1.avtal_upphort <= ? AND kunder_1.antal_avtal = ? AND arenden.arkiverad IS NULL AND (arenden.id NOT IN (SELECT held_record.id
FROM arenden AS held_record
WHERE held_record.id IN (?) UNION ALL SELECT held_row.id
FROM arenden AS held_row JOIN kontakter AS person_kontakter_0 ON held_row.kontakt_id = person_kontakter_0.id
WHERE lower(person_kontakter_0.epost) IN (?) AND held_row.id IS NOT NULL UNION ALL SELECT held_row.arende_id
FROM meddelanden AS held_row JOIN kontakter AS person_kontakter_0 ON held_row.kontakt_id = person_kontakter_0.id
WHERE lower(person_kontakter_0.epost) IN (?) AND held_row.arende_id IS NOT NULL))) THEN ? ELSE ? END = 0 AND arenden.id IN (?, ?) ORDER BY arenden.id

-- delete bilagor
DELETE FROM bilagor WHERE bilagor.meddelande_id IN (SELECT meddelanden.id
FROM meddelanden
WHERE meddelanden.arende_id IN (?, ?))

-- delete meddelanden
DELETE FROM meddelanden WHERE meddelanden.arende_id IN (?, ?)

-- blank arenden
UPDATE arenden SET kundnr=NULL, kontakt_id=NULL, rubrik=?, beskrivning=NULL, handlaggare=NULL, arkiverad=? WHERE arenden.id IN (?, ?)

-- referred
SELECT DISTINCT arenden.kontakt_id
FROM arenden
WHERE arenden.id IN (?, ?) AND arenden.kontakt_id IS NOT NULL

-- referred
SELECT DISTINCT meddelanden.kontakt_id
FROM meddelanden
WHERE meddelanden.arende_id IN (?, ?) AND meddelanden.kontakt_id IS NOT NULL

-- settle
DELETE FROM kontakter WHERE kontakter.id IN (?, ?) AND NOT (EXISTS (SELECT 1
FROM arenden AS refers_arenden
WHERE refers_arenden.kontakt_id = kontakter.id)) AND NOT (EXISTS (SELECT 1
FROM meddelanden AS refers_meddelanden
WHERE refers_meddelanden.kontakt_id = kontakter.id)) AND NOT (EXISTS (SELECT 1
FROM offerter AS refers_offerter
WHERE refers_offerter.kontakt_id = kontakter.id)) AND (coalesce(lower(kontakter.epost), ?) NOT IN (?))

-- count
SELECT count(*) AS count_1
FROM arenden LEFT OUTER JOIN kunder AS kunder_1 ON arenden.kundnr = kunder_1.kundnr
WHERE (coalesce(stangd, avbruten)) < ? AND arenden.arkiverad IS NULL AND (arenden.id NOT IN (SELECT held_record.id
FROM arenden AS held_record
WHERE held_record.id IN (?) UNION ALL SELECT held_row.id
FROM arenden AS held_row JOIN kontakter AS person_kontakter_0 ON held_row.kontakt_id = person_kontakter_0.id
WHERE lower(person_kontakter_0.epost) IN (?) AND held_row.id IS NOT NULL UNION ALL SELECT held_row.arende_id
FROM meddelanden AS held_row JOIN kontakter AS person_kontakter_0 ON held_row.kontakt_id = person_kontakter_0.id
WHERE lower(person_kontakter_0.epost) IN (?) AND held_row.arende_id IS NOT NULL)) AND CASE WHEN (kunder_1.avtal_upphort <= ? AND kunder_1.antal_avtal = ? AND arenden.arkiverad IS NULL AND (arenden.id NOT IN (SELECT held_record.id
FROM arenden AS held_record
WHERE held_record.id IN (?) UNION ALL SELECT held_row.id
FROM arenden AS held_row JOIN kontakter AS person_kontakter_0 ON held_row.kontakt_id = person_kontakter_0.id
WHERE lower(person_kontakter_0.epost) IN (?) AND held_row.id IS NOT NULL UNION ALL SELECT held_row.arende_id
FROM meddelanden AS held_row JOIN kontakter AS person_kontakter_0 ON held_row.kontakt_id = person_kontakter_0.id
WHERE lower(person_kontakter_0.epost) IN (?) AND held_row.arende_id IS NOT NULL))) THEN ? ELSE ? END = 0

-- total
SELECT count(*) AS count_1
FROM arenden
WHERE arenden.arkiverad IS NULL

-- due
SELECT coalesce(sum(marked.c0), ?) AS coalesce_1, coalesce(sum(marked.c1), ?) AS coalesce_3, coalesce(sum(marked.c2), ?) AS coalesce_5, coalesce(sum(marked.c3), ?) AS coalesce_7
FROM (SELECT CASE WHEN ((arenden.id NOT IN (SELECT held_record.id
FROM arenden AS held_record
WHERE held_record.id IN (?) UNION ALL SELECT held_row.id
FROM arenden AS held_row JOIN kontakter AS person_kontakter_0 ON held_row.kontakt_id = person_kontakter_0.id
WHERE lower(person_kontakter_0.epost) IN (?) AND held_row.id IS NOT NULL UNION ALL SELECT held_row.arende_id
FROM meddelanden AS held_row JOIN kontakter AS person_kontakter_0 ON held_row.kontakt_id = person_kontakter_0.id
WHERE lower(person_kontakter_0.epost) IN (?) AND held_row.arende_id IS NOT NULL)) AND CASE WHEN (kunder_1.avtal_upphort <= ? AND kunder_1.antal_avtal = ? AND arenden.arkiverad IS NULL AND (arenden.id NOT IN (SELECT held_record.id
FROM arenden AS held_record
WHERE held_record.id IN (?) UNION ALL SELECT held_row.id
FROM arenden AS held_row JOIN kontakter AS person_kontakter_0 ON held_row.kontakt_id = person_kontakter_0.id
WHERE lower(person_kontakter_0.epost) IN (?) AND held_row.id IS NOT NULL UNION ALL SELECT held_row.arende_id
FROM meddelanden AS held_row JOIN kontakter AS person_kontakter_0 ON held_row.kontakt_id = person_kontakter_0.id
WHERE lower(person_kontakter_0.epost) IN (?) AND held_row.arende_id IS NOT NULL))) THEN ? ELSE ? END = 0) THEN ? ELSE ? END AS c0, CASE WHEN ((arenden.id NOT IN (SELECT held_record.id
FROM arenden AS held_record
WHERE held_record.id IN (?) UNION ALL SELECT held_row.id
FROM arenden AS held_row JOIN kontakter AS person_kontakter_0 ON held_row.kontakt_id = person_kontakter_0.id
WHERE lower(person_kontakter_0.epost) IN (?) AND held_row.id IS NOT NULL UNION ALL SELECT held_row.arende_id
FROM meddelanden AS held_row JOIN kontakter AS person_kontakter_0 ON held_row.kontakt_id = person_kontakter_0.id
WHERE lower(person_kontakter_0.epost) IN (?) AND held_row.arende_id IS NOT NULL)) AND CASE WHEN (kunder_1.avtal_upphort <= ? AND kunder_1.antal_avtal = ? AND arenden.arkiverad IS NULL AND (arenden.id NOT IN (SELECT held_record.id
FROM arenden AS held_record
WHERE held_record.id IN (?) UNION ALL SELECT held_row.id
FROM arenden AS held_row JOIN kontakter AS person_kontakter_0 ON held_row.kontakt_id = person_kontakter_0.id
WHERE lower(person_kontakter_0.epost) IN (?) AND held_row.id IS NOT NULL UNION ALL SELECT held_row.arende_id
FROM meddelanden AS held_row JOIN kontakter AS person_kontakter_0 ON held_row.kontakt_id = person_kontakter_0.id
WHERE lower(person_kontakter_0.epost) IN (?) AND held_row.arende_id IS NOT NULL))) THEN ? ELSE ? END = 0 AND CASE WHEN ((coalesce(stangd, avbruten)) < ? AND arenden.arkiverad IS NULL) THEN ? ELSE ? END = 1) THEN ? ELSE ? END AS c1, CASE WHEN (arenden.id IN (SELECT held_record.id
FROM arenden AS held_record
WHERE held_record.id IN (?) UNION ALL SELECT held_row.id
FROM arenden AS held_row JOIN kontakter AS person_kontakter_0 ON held_row.kontakt_id = person_kontakter_0.id
WHERE lower(person_kontakter_0.epost) IN (?) AND held_row.id IS NOT NULL UNION ALL SELECT held_row.arende_id
FROM meddelanden AS held_row JOIN kontakter AS person_kontakter_0 ON held_row.kontakt_id = person_kontakter_0.id
WHERE lower(person_kontakter_0.epost) IN (?) AND held_row.arende_id IS NOT NULL)) THEN ? ELSE ? END AS c2, CASE WHEN 0 = 1 THEN ? ELSE ? END AS c3
FROM arenden LEFT OUTER JOIN kunder AS kunder_1 ON arenden.kundnr = kunder_1.kundnr
WHERE (coalesce(stangd, avbruten)) < ? AND arenden.arkiverad IS NULL) AS marked

-- cover
SELECT count(*) AS count_1, coalesce(sum(CASE WHEN (CASE WHEN (1 = 1 AND NOT (CASE WHEN 0 = 1 THEN ? ELSE ? END = 1 AND CASE WHEN (arenden.kundnr IS NULL OR kunder_1.avtal_upphort IS NULL AND coalesce(kunder_1.antal_avtal, ?) = ?) THEN ? ELSE ? END = 1)) THEN ? ELSE ? END = 1 AND (coalesce(stangd, avbruten)) IS NOT NULL AND CASE WHEN ((coalesce(stangd, avbruten)) < ? AND arenden.arkiverad IS NULL) THEN ? ELSE ? END = 0) THEN ? ELSE ? END), ?) AS anon_1, coalesce(sum(CASE WHEN (CASE WHEN (1 = 1 AND NOT (CASE WHEN 0 = 1 THEN ? ELSE ? END = 1 AND CASE WHEN (arenden.kundnr IS NULL OR kunder_1.avtal_upphort IS NULL AND coalesce(kunder_1.antal_avtal, ?) = ?) THEN ? ELSE ? END = 1)) THEN ? ELSE ? END = 1 AND CASE WHEN ((coalesce(stangd, avbruten)) IS NOT NULL) THEN ? ELSE ? END = 0 AND CASE WHEN ((coalesce(stangd, avbruten)) < ? AND arenden.arkiverad IS NULL) THEN ? ELSE ? END = 0) THEN ? ELSE ? END), ?) AS anon_2, coalesce(sum(CASE WHEN (CASE WHEN 0 = 1 THEN ? ELSE ? END = 1 AND CASE WHEN (arenden.kundnr IS NULL OR kunder_1.avtal_upphort IS NULL AND coalesce(kunder_1.antal_avtal, ?) = ?) THEN ? ELSE ? END = 1) THEN ? ELSE ? END), ?) AS anon_3, min(CASE WHEN (CASE WHEN (1 = 1 AND NOT (CASE WHEN 0 = 1 THEN ? ELSE ? END = 1 AND CASE WHEN (arenden.kundnr IS NULL OR kunder_1.avtal_upphort IS NULL AND coalesce(kunder_1.antal_avtal, ?) = ?) THEN ? ELSE ? END = 1)) THEN ? ELSE ? END = 1 AND (coalesce(stangd, avbruten)) IS NOT NULL AND CASE WHEN ((coalesce(stangd, avbruten)) < ? AND arenden.arkiverad IS NULL) THEN ? ELSE ? END = 0) THEN (coalesce(stangd, avbruten)) END) AS anon_4
FROM arenden LEFT OUTER JOIN kunder AS kunder_1 ON arenden.kundnr = kunder_1.kundnr
WHERE arenden.arkiverad IS NULL

-- forecast
SELECT found.place, count(*) AS count_1
FROM (SELECT CASE WHEN (CASE WHEN ((coalesce(stangd, avbruten)) < ? AND arenden.arkiverad IS NULL AND (arenden.id NOT IN (SELECT held_record.id
FROM arenden AS held_record
WHERE held_record.id IN (?) UNION ALL SELECT held_row.id
FROM arenden AS held_row JOIN kontakter AS person_kontakter_0 ON held_row.kontakt_id = person_kontakter_0.id
WHERE lower(person_kontakter_0.epost) IN (?) AND held_row.id IS NOT NULL UNION ALL SELECT held_row.arende_id
FROM meddelanden AS held_row JOIN kontakter AS person_kontakter_0 ON held_row.kontakt_id = person_kontakter_0.id
WHERE lower(person_kontakter_0.epost) IN (?) AND held_row.arende_id IS NOT NULL))) THEN ? ELSE ? END = 1) THEN ? WHEN (CASE WHEN ((coalesce(stangd, avbruten)) < ? AND arenden.arkiverad IS NULL AND (arenden.id NOT IN (SELECT held_record.id
FROM arenden AS held_record
WHERE held_record.id IN (?) UNION ALL SELECT held_row.id
FROM arenden AS held_row JOIN kontakter AS person_kontakter_0 ON held_row.kontakt_id = person_kontakter_0.id
WHERE lower(person_kontakter_0.epost) IN (?) AND held_row.id IS NOT NULL UNION ALL SELECT held_row.arende_id
FROM meddelanden AS held_row JOIN kontakter AS person_kontakter_0 ON held_row.kontakt_id = person_kontakter_0.id
WHERE lower(person_kontakter_0.epost) IN (?) AND held_row.arende_id IS NOT NULL))) THEN ? ELSE ? END = 1) THEN ? END AS place
FROM arenden) AS found
WHERE found.place IS NOT NULL GROUP BY found.place ORDER BY found.place

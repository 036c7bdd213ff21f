-- pick
SELECT TOP 1000 offerter.offertnr
FROM offerter
WHERE offerter.skickad <= ? AND offerter.dialog = 1 AND (offerter.offertnr NOT IN (SELECT held_row.offertnr
FROM offerter AS held_row JOIN kontakter AS person_kontakter_0 ON held_row.kontakt_id = person_kontakter_0.id
WHERE lower(person_kontakter_0.epost) IN (?) AND held_row.offertnr IS NOT NULL)) AND CASE WHEN (offerter.senast_hord <= ? AND offerter.dialog = 1 AND (offerter.offertnr NOT IN (SELECT held_row.offertnr
FROM offerter AS held_row JOIN kontakter AS person_kontakter_0 ON held_row.kontakt_id = person_kontakter_0.id
WHERE lower(person_kontakter_0.epost) IN (?) AND held_row.offertnr IS NOT NULL))) THEN ? ELSE ? END = 0 AND offerter.offertnr > ? ORDER BY offerter.offertnr

-- lock
SELECT offerter.offertnr
FROM offerter WITH (UPDLOCK, ROWLOCK)
WHERE offerter.offertnr IN (?, ?) ORDER BY offerter.offertnr

-- ask
SELECT offerter.offertnr
FROM offerter
WHERE offerter.skickad <= ? AND offerter.dialog = 1 AND (offerter.offertnr NOT IN (SELECT held_row.offertnr
FROM offerter AS held_row JOIN kontakter AS person_kontakter_0 ON held_row.kontakt_id = person_kontakter_0.id
WHERE lower(person_kontakter_0.epost) IN (?) AND held_row.offertnr IS NOT NULL)) AND CASE WHEN (offerter.senast_hord <= ? AND offerter.dialog = 1 AND (offerter.offertnr NOT IN (SELECT held_row.offertnr
FROM offerter AS held_row JOIN kontakter AS person_kontakter_0 ON held_row.kontakt_id = person_kontakter_0.id
WHERE lower(person_kontakter_0.epost) IN (?) AND held_row.offertnr IS NOT NULL))) THEN ? ELSE ? END = 0 AND offerter.offertnr IN (?, ?) ORDER BY offerter.offertnr

-- delete offerter
DELETE FROM offerter WHERE offerter.offertnr IN (?, ?)

-- referred
SELECT DISTINCT offerter.kontakt_id
FROM offerter
WHERE offerter.offertnr IN (?, ?) AND offerter.kontakt_id IS NOT NULL

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
FROM offerter
WHERE offerter.skickad <= ? AND offerter.dialog = 1 AND (offerter.offertnr NOT IN (SELECT held_row.offertnr
FROM offerter AS held_row JOIN kontakter AS person_kontakter_0 ON held_row.kontakt_id = person_kontakter_0.id
WHERE lower(person_kontakter_0.epost) IN (?) AND held_row.offertnr IS NOT NULL)) AND CASE WHEN (offerter.senast_hord <= ? AND offerter.dialog = 1 AND (offerter.offertnr NOT IN (SELECT held_row.offertnr
FROM offerter AS held_row JOIN kontakter AS person_kontakter_0 ON held_row.kontakt_id = person_kontakter_0.id
WHERE lower(person_kontakter_0.epost) IN (?) AND held_row.offertnr IS NOT NULL))) THEN ? ELSE ? END = 0

-- total
SELECT count(*) AS count_1
FROM offerter

-- due
SELECT coalesce(sum(marked.c0), ?) AS coalesce_1, coalesce(sum(marked.c1), ?) AS coalesce_3, coalesce(sum(marked.c2), ?) AS coalesce_5, coalesce(sum(marked.c3), ?) AS coalesce_7
FROM (SELECT CASE WHEN ((offerter.offertnr NOT IN (SELECT held_row.offertnr
FROM offerter AS held_row JOIN kontakter AS person_kontakter_0 ON held_row.kontakt_id = person_kontakter_0.id
WHERE lower(person_kontakter_0.epost) IN (?) AND held_row.offertnr IS NOT NULL)) AND CASE WHEN (offerter.senast_hord <= ? AND offerter.dialog = 1 AND (offerter.offertnr NOT IN (SELECT held_row.offertnr
FROM offerter AS held_row JOIN kontakter AS person_kontakter_0 ON held_row.kontakt_id = person_kontakter_0.id
WHERE lower(person_kontakter_0.epost) IN (?) AND held_row.offertnr IS NOT NULL))) THEN ? ELSE ? END = 0) THEN ? ELSE ? END AS c0, CASE WHEN ((offerter.offertnr NOT IN (SELECT held_row.offertnr
FROM offerter AS held_row JOIN kontakter AS person_kontakter_0 ON held_row.kontakt_id = person_kontakter_0.id
WHERE lower(person_kontakter_0.epost) IN (?) AND held_row.offertnr IS NOT NULL)) AND CASE WHEN (offerter.senast_hord <= ? AND offerter.dialog = 1 AND (offerter.offertnr NOT IN (SELECT held_row.offertnr
FROM offerter AS held_row JOIN kontakter AS person_kontakter_0 ON held_row.kontakt_id = person_kontakter_0.id
WHERE lower(person_kontakter_0.epost) IN (?) AND held_row.offertnr IS NOT NULL))) THEN ? ELSE ? END = 0 AND CASE WHEN (offerter.skickad <= ? AND offerter.dialog = 1) THEN ? ELSE ? END = 1) THEN ? ELSE ? END AS c1, CASE WHEN (offerter.offertnr IN (SELECT held_row.offertnr
FROM offerter AS held_row JOIN kontakter AS person_kontakter_0 ON held_row.kontakt_id = person_kontakter_0.id
WHERE lower(person_kontakter_0.epost) IN (?) AND held_row.offertnr IS NOT NULL)) THEN ? ELSE ? END AS c2, CASE WHEN 0 = 1 THEN ? ELSE ? END AS c3
FROM offerter
WHERE offerter.skickad <= ? AND offerter.dialog = 1) AS marked

-- cover
SELECT count(*) AS count_1, coalesce(sum(CASE WHEN (CASE WHEN (offerter.dialog = 1 AND NOT (CASE WHEN (0 = 1 OR (offerter.dialog IS NULL OR offerter.dialog = 0)) THEN ? ELSE ? END = 1 AND CASE WHEN (offerter.skickad IS NULL OR (offerter.dialog IS NULL OR offerter.dialog = 0)) THEN ? ELSE ? END = 1 AND CASE WHEN (offerter.skickad IS NULL OR offerter.dialog = 1) THEN ? ELSE ? END = 1)) THEN ? ELSE ? END = 1 AND offerter.skickad IS NOT NULL AND CASE WHEN (offerter.skickad <= ? AND offerter.dialog = 1) THEN ? ELSE ? END = 0) THEN ? ELSE ? END), ?) AS anon_1, coalesce(sum(CASE WHEN (CASE WHEN (offerter.dialog = 1 AND NOT (CASE WHEN (0 = 1 OR (offerter.dialog IS NULL OR offerter.dialog = 0)) THEN ? ELSE ? END = 1 AND CASE WHEN (offerter.skickad IS NULL OR (offerter.dialog IS NULL OR offerter.dialog = 0)) THEN ? ELSE ? END = 1 AND CASE WHEN (offerter.skickad IS NULL OR offerter.dialog = 1) THEN ? ELSE ? END = 1)) THEN ? ELSE ? END = 1 AND CASE WHEN (offerter.skickad IS NOT NULL) THEN ? ELSE ? END = 0 AND CASE WHEN (offerter.skickad <= ? AND offerter.dialog = 1) THEN ? ELSE ? END = 0) THEN ? ELSE ? END), ?) AS anon_2, coalesce(sum(CASE WHEN (CASE WHEN (0 = 1 OR (offerter.dialog IS NULL OR offerter.dialog = 0)) THEN ? ELSE ? END = 1 AND CASE WHEN (offerter.skickad IS NULL OR (offerter.dialog IS NULL OR offerter.dialog = 0)) THEN ? ELSE ? END = 1 AND CASE WHEN (offerter.skickad IS NULL OR offerter.dialog = 1) THEN ? ELSE ? END = 1) THEN ? ELSE ? END), ?) AS anon_3, min(CASE WHEN (CASE WHEN (offerter.dialog = 1 AND NOT (CASE WHEN (0 = 1 OR (offerter.dialog IS NULL OR offerter.dialog = 0)) THEN ? ELSE ? END = 1 AND CASE WHEN (offerter.skickad IS NULL OR (offerter.dialog IS NULL OR offerter.dialog = 0)) THEN ? ELSE ? END = 1 AND CASE WHEN (offerter.skickad IS NULL OR offerter.dialog = 1) THEN ? ELSE ? END = 1)) THEN ? ELSE ? END = 1 AND offerter.skickad IS NOT NULL AND CASE WHEN (offerter.skickad <= ? AND offerter.dialog = 1) THEN ? ELSE ? END = 0) THEN offerter.skickad END) AS anon_4
FROM offerter
WHERE 1 = 1

-- forecast
SELECT found.place, count(*) AS count_1
FROM (SELECT CASE WHEN (CASE WHEN (offerter.skickad <= ? AND offerter.dialog = 1 AND (offerter.offertnr NOT IN (SELECT held_row.offertnr
FROM offerter AS held_row JOIN kontakter AS person_kontakter_0 ON held_row.kontakt_id = person_kontakter_0.id
WHERE lower(person_kontakter_0.epost) IN (?) AND held_row.offertnr IS NOT NULL))) THEN ? ELSE ? END = 1) THEN ? WHEN (CASE WHEN (offerter.skickad <= ? AND offerter.dialog = 1 AND (offerter.offertnr NOT IN (SELECT held_row.offertnr
FROM offerter AS held_row JOIN kontakter AS person_kontakter_0 ON held_row.kontakt_id = person_kontakter_0.id
WHERE lower(person_kontakter_0.epost) IN (?) AND held_row.offertnr IS NOT NULL))) THEN ? ELSE ? END = 1) THEN ? END AS place
FROM offerter) AS found
WHERE found.place IS NOT NULL GROUP BY found.place ORDER BY found.place

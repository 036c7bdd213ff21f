-- pick
SELECT TOP 1000 offerter.offertnr
FROM offerter
WHERE offerter.ska_bort = 1 AND (offerter.offertnr NOT IN (SELECT held_row.offertnr
FROM offerter AS held_row JOIN kontakter AS person_kontakter_0 ON held_row.kontakt_id = person_kontakter_0.id
WHERE lower(person_kontakter_0.epost) IN (?) AND held_row.offertnr IS NOT NULL)) AND offerter.offertnr > ? ORDER BY offerter.offertnr

-- ask
SELECT offerter.offertnr
FROM offerter
WHERE offerter.ska_bort = 1 AND (offerter.offertnr NOT IN (SELECT held_row.offertnr
FROM offerter AS held_row JOIN kontakter AS person_kontakter_0 ON held_row.kontakt_id = person_kontakter_0.id
WHERE lower(person_kontakter_0.epost) IN (?) AND held_row.offertnr IS NOT NULL)) AND offerter.offertnr IN (?) ORDER BY offerter.offertnr

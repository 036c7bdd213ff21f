-- find kontakter
SELECT kontakter.id, kontakter.kundnr, kontakter.namn, kontakter.epost, kontakter.telefon, kontakter.skapad
FROM kontakter
WHERE lower(kontakter.epost) = ?

-- locked arenden
SELECT arenden.id, arenden.skapad, arenden.kundnr
FROM arenden WITH (UPDLOCK, ROWLOCK)
WHERE arenden.kontakt_id IN (?) ORDER BY arenden.id

-- locked offerter
SELECT offerter.offertnr, offerter.skickad
FROM offerter WITH (UPDLOCK, ROWLOCK)
WHERE offerter.kontakt_id IN (?) ORDER BY offerter.offertnr

-- locked meddelanden
SELECT meddelanden.id, meddelanden.arende_id AS record, meddelanden.skickat
FROM meddelanden WITH (UPDLOCK, ROWLOCK)
WHERE meddelanden.kontakt_id IN (?) ORDER BY meddelanden.id

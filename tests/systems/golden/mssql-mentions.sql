-- page arenden
SELECT TOP 500 arenden.id, arenden.id AS record, arenden.beskrivning, arenden.losning
FROM arenden
WHERE (lower(arenden.beskrivning) LIKE ? ESCAPE '!' OR lower(arenden.beskrivning) LIKE ? ESCAPE '!' AND lower(arenden.beskrivning) LIKE ? ESCAPE '!' OR arenden.beskrivning LIKE ? OR lower(arenden.losning) LIKE ? ESCAPE '!' OR lower(arenden.losning) LIKE ? ESCAPE '!' AND lower(arenden.losning) LIKE ? ESCAPE '!' OR arenden.losning LIKE ?) AND arenden.arkiverad IS NULL ORDER BY arenden.id

-- page meddelanden
SELECT TOP 500 meddelanden.id, meddelanden.arende_id AS record, meddelanden.brodtext
FROM meddelanden
WHERE (lower(meddelanden.brodtext) LIKE ? ESCAPE '!' OR lower(meddelanden.brodtext) LIKE ? ESCAPE '!' AND lower(meddelanden.brodtext) LIKE ? ESCAPE '!' OR meddelanden.brodtext LIKE ?) AND meddelanden.id > ? ORDER BY meddelanden.id

-- page offerter
SELECT TOP 500 offerter.offertnr, offerter.offertnr AS record, offerter.anteckning
FROM offerter
WHERE (lower(offerter.anteckning) LIKE ? ESCAPE '!' OR lower(offerter.anteckning) LIKE ? ESCAPE '!' AND lower(offerter.anteckning) LIKE ? ESCAPE '!' OR offerter.anteckning LIKE ?) AND offerter.offertnr > ? ORDER BY offerter.offertnr

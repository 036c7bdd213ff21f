-- A support database that none of our models made, as a Swedish company would have it.
CREATE TABLE kunder (
    kundnr integer PRIMARY KEY, namn TEXT NOT NULL, orgnr TEXT, postadress text, ort TEXT,
    antal_avtal integer NOT NULL DEFAULT 0, avtal_upphort TEXT
);
CREATE TABLE kontakter (
    id integer PRIMARY KEY, kundnr integer REFERENCES kunder (kundnr), namn TEXT, epost TEXT,
    telefon TEXT, skapad TEXT NOT NULL
);
CREATE TABLE produkter (id integer PRIMARY KEY, namn TEXT NOT NULL);
CREATE TABLE arenden (
    id integer PRIMARY KEY, arendenr TEXT NOT NULL UNIQUE, kundnr integer REFERENCES kunder (kundnr),
    kontakt_id integer REFERENCES kontakter (id), rubrik TEXT NOT NULL, beskrivning text, handlaggare TEXT,
    produkt_id integer REFERENCES produkter (id), status TEXT NOT NULL, losning text, skapad TEXT NOT NULL,
    stangd TEXT, avbruten TEXT, arkiverad TEXT
);
CREATE TABLE meddelanden (
    id integer PRIMARY KEY, arende_id integer NOT NULL REFERENCES arenden (id) ON DELETE CASCADE,
    kontakt_id integer REFERENCES kontakter (id), avsandare TEXT, brodtext text, skickat TEXT NOT NULL
);
CREATE TABLE bilagor (
    id integer PRIMARY KEY, meddelande_id integer NOT NULL REFERENCES meddelanden (id), filnamn TEXT NOT NULL,
    innehall BLOB
);
CREATE TABLE offerter (
    offertnr TEXT PRIMARY KEY, kontakt_id integer REFERENCES kontakter (id), arende_id integer REFERENCES arenden (id),
    skickad TEXT, senast_hord TEXT, dialog INTEGER, belopp numeric(12, 2), anteckning text
);
CREATE INDEX arenden_stangd ON arenden (stangd);


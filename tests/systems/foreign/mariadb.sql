-- A support database that none of our models made, as a Swedish company would have it.
CREATE TABLE kunder (
    kundnr int PRIMARY KEY, namn varchar(200) NOT NULL, orgnr varchar(20), postadress text, ort varchar(80),
    antal_avtal int NOT NULL DEFAULT 0, avtal_upphort date
);
CREATE TABLE kontakter (
    id int PRIMARY KEY, kundnr int REFERENCES kunder (kundnr), namn varchar(200), epost varchar(320),
    telefon varchar(40), skapad datetime(3) NOT NULL
);
CREATE TABLE produkter (id int PRIMARY KEY, namn varchar(80) NOT NULL);
CREATE TABLE arenden (
    id int PRIMARY KEY, arendenr varchar(20) NOT NULL UNIQUE, kundnr int REFERENCES kunder (kundnr),
    kontakt_id int REFERENCES kontakter (id), rubrik varchar(200) NOT NULL, beskrivning text, handlaggare varchar(80),
    produkt_id int REFERENCES produkter (id), status varchar(20) NOT NULL, losning text, skapad datetime(3) NOT NULL,
    stangd datetime(3), avbruten datetime(3), arkiverad datetime(3)
);
CREATE TABLE meddelanden (
    id int PRIMARY KEY, arende_id int NOT NULL REFERENCES arenden (id) ON DELETE CASCADE,
    kontakt_id int REFERENCES kontakter (id), avsandare varchar(80), brodtext text, skickat datetime(3) NOT NULL
);
CREATE TABLE bilagor (
    id int PRIMARY KEY, meddelande_id int NOT NULL REFERENCES meddelanden (id), filnamn varchar(200) NOT NULL,
    innehall longblob
);
CREATE TABLE offerter (
    offertnr varchar(20) PRIMARY KEY, kontakt_id int REFERENCES kontakter (id), arende_id int REFERENCES arenden (id),
    skickad date, senast_hord date, dialog tinyint(1), belopp numeric(12, 2), anteckning text
);
CREATE INDEX arenden_stangd ON arenden (stangd);
CREATE INDEX kontakter_epost ON kontakter (epost);

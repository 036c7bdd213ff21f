-- A support database that none of our models made, as a Swedish company would have it.
CREATE TABLE kunder (
    kundnr integer PRIMARY KEY, namn varchar(200) NOT NULL, orgnr varchar(20), postadress text, ort varchar(80),
    antal_avtal integer NOT NULL DEFAULT 0, avtal_upphort date
);
CREATE TABLE kontakter (
    id integer PRIMARY KEY, kundnr integer REFERENCES kunder (kundnr), namn varchar(200), epost varchar(320),
    telefon varchar(40), skapad timestamp NOT NULL
);
CREATE TABLE produkter (id integer PRIMARY KEY, namn varchar(80) NOT NULL);
CREATE TABLE arenden (
    id integer PRIMARY KEY, arendenr varchar(20) NOT NULL UNIQUE, kundnr integer REFERENCES kunder (kundnr),
    kontakt_id integer REFERENCES kontakter (id), rubrik varchar(200) NOT NULL, beskrivning text, handlaggare varchar(80),
    produkt_id integer REFERENCES produkter (id), status varchar(20) NOT NULL, losning text, skapad timestamp NOT NULL,
    stangd timestamp, avbruten timestamp, arkiverad timestamp
);
CREATE TABLE meddelanden (
    id integer PRIMARY KEY, arende_id integer NOT NULL REFERENCES arenden (id) ON DELETE CASCADE,
    kontakt_id integer REFERENCES kontakter (id), avsandare varchar(80), brodtext text, skickat timestamp NOT NULL
);
CREATE TABLE bilagor (
    id integer PRIMARY KEY, meddelande_id integer NOT NULL REFERENCES meddelanden (id), filnamn varchar(200) NOT NULL,
    innehall bytea
);
CREATE TABLE offerter (
    offertnr varchar(20) PRIMARY KEY, kontakt_id integer REFERENCES kontakter (id), arende_id integer REFERENCES arenden (id),
    skickad date, senast_hord date, dialog boolean, belopp numeric(12, 2), anteckning text
);
CREATE INDEX arenden_stangd ON arenden (stangd);
CREATE INDEX kontakter_epost ON kontakter (lower(epost));

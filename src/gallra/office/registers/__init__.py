"""The registers beside requests, on the staff's side: restrictions, disclosures, recipients to be told, breaches, mail.

Pages show what rights/ and mail/ say and call their verbs; a GET changes nothing. Addresses of pages are numbers.
"""

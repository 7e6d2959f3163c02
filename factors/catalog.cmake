# filled by the owner of the catalogue

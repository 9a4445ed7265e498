-- What a counter signed before it enrolled anew is still believed when a neighbour brings a copy of it.
ALTER TABLE former_key ADD COLUMN public BLOB;

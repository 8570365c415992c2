-- What was released of recordings is forgotten, and shown no more.
DROP TABLE survey_voices;
DELETE FROM released_sessions WHERE ledger = 'voices';
DELETE FROM release_classes WHERE ledger = 'voices';

DROP TABLE survey_invited;

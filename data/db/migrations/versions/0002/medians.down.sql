DROP TABLE survey_medians;

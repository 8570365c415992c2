DROP TABLE theme_comments;
DROP TABLE survey_themes;

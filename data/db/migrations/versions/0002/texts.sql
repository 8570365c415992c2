CREATE TABLE survey_themes (
    organization_id UUID NOT NULL,
    survey_id UUID NOT NULL,
    id UUID NOT NULL,
    language TEXT NOT NULL,
    force TEXT NOT NULL,
    terms TEXT[] DEFAULT '{}' NOT NULL,
    authors INTEGER NOT NULL,
    base INTEGER NOT NULL,
    sentiment DOUBLE PRECISION,
    scored INTEGER,
    mean DOUBLE PRECISION,
    whole_n INTEGER,
    whole_mean DOUBLE PRECISION,
    whole_sd DOUBLE PRECISION,
    CONSTRAINT pk_survey_themes PRIMARY KEY (organization_id, survey_id, id),
    CONSTRAINT fk_survey_themes_surveys FOREIGN KEY(organization_id, survey_id) REFERENCES surveys (organization_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE survey_themes IS 'Themes of a survey''s texts, per force and language; no author is in two of them.';
COMMENT ON COLUMN survey_themes.force IS 'of the questions; empty where they have none';
COMMENT ON COLUMN survey_themes.authors IS 'distinct people; never below 10';
COMMENT ON COLUMN survey_themes.base IS 'people who wrote or said anything there';
COMMENT ON COLUMN survey_themes.sentiment IS '-1 to 1, rounded; null where not analysed';
COMMENT ON COLUMN survey_themes.scored IS 'authors with a score, in fives; null where not linked';
COMMENT ON COLUMN survey_themes.mean IS 'their mean score, in wide steps';
COMMENT ON COLUMN survey_themes.whole_n IS 'people of the survey with that score, as shown then';
COMMENT ON COLUMN survey_themes.whole_mean IS 'their mean score, as shown then';
COMMENT ON COLUMN survey_themes.whole_sd IS 'its standard deviation, as shown then';

CREATE TABLE theme_comments (
    organization_id UUID NOT NULL,
    survey_id UUID NOT NULL,
    theme_id UUID NOT NULL,
    position SMALLINT NOT NULL,
    text TEXT NOT NULL,
    CONSTRAINT pk_theme_comments PRIMARY KEY (organization_id, survey_id, theme_id, position),
    CONSTRAINT fk_theme_comments_themes FOREIGN KEY(organization_id, survey_id, theme_id) REFERENCES survey_themes (organization_id, survey_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE theme_comments IS 'Comments of a theme, without names and without anything of who wrote them.';
COMMENT ON COLUMN theme_comments.position IS 'an order that tells nothing';

ALTER TABLE survey_themes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_organization ON survey_themes
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)
    WITH CHECK (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
ALTER TABLE theme_comments ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_organization ON theme_comments
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)
    WITH CHECK (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
GRANT SELECT ON survey_themes, theme_comments TO readiness_app;

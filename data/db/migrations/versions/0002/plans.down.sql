DROP FUNCTION identity.colleagues();
DROP TABLE action_plan_changes;
DROP TABLE action_plans;

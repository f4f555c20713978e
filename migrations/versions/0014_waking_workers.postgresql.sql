CREATE FUNCTION wake_workers(ids INTEGER[]) RETURNS VOID LANGUAGE plpgsql AS $$
BEGIN
    IF to_regclass('procrastinate_workers') IS NULL THEN
        RETURN; -- delivered by the threads of one process
    END IF;
    IF EXISTS (SELECT FROM procrastinate_workers) THEN
        PERFORM procrastinate_defer_jobs_v1(array_agg(
            ROW('deliver', 'deliver', 0, NULL, NULL, jsonb_build_object('deliveries', batch.ids), NULL)
            ::procrastinate_job_to_defer_v1))
        FROM (
            SELECT array_agg(id ORDER BY id) AS ids
            FROM (SELECT id, (row_number() OVER (ORDER BY id) - 1) / 20 AS part FROM unnest(wake_workers.ids) AS id) AS parts
            GROUP BY part
        ) AS batch
        HAVING count(*) > 0;
    END IF;
END $$;

CREATE FUNCTION wake_workers_for_new_deliveries() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    PERFORM wake_workers(array(SELECT id FROM fresh));
    RETURN NULL;
END $$;

CREATE TRIGGER new_deliveries_wake_workers AFTER INSERT ON delivery REFERENCING NEW TABLE AS fresh
FOR EACH STATEMENT EXECUTE FUNCTION wake_workers_for_new_deliveries();

/**
 * Who writes under which epoch of a lease, noted by the database itself in the transaction that writes: so that a
 * process that was frozen and replaced cannot write unseen when it wakes.
 */
import type { Direct } from './direct.ts'

/** Each process says with its connections which one it is: the slot and the number of its start. */
export const PROCESS_SETTING = 'gongchuang.process'

/** The tree stands in a table of its own; of the checkpoints those of erasures are under no lease. */
const LEASE_OF_CHECKPOINT = `CASE WHEN NEW.name = 'policies' THEN 'policies' WHEN NEW.name LIKE '%@%' THEN 'projections' END`

const noting = (table: string, lease: string): string => `
  CREATE FUNCTION chaos.note_${table.replace('.', '_')}() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    INSERT INTO chaos.writes SELECT name, epoch, current_setting('${PROCESS_SETTING}', true)
    FROM engine.leases WHERE name = ${lease} AND current_setting('${PROCESS_SETTING}', true) <> ''
    ON CONFLICT DO NOTHING;
    RETURN NULL;
  END $$;
  CREATE TRIGGER note_who_writes AFTER UPDATE OF position ON ${table}
  FOR EACH ROW EXECUTE FUNCTION chaos.note_${table.replace('.', '_')}();`

export const noteWhoWrites = async ({ query }: Pick<Direct, 'query'>): Promise<void> =>
  void (await query(`
    CREATE SCHEMA chaos;
    CREATE TABLE chaos.writes (lease text, epoch bigint, process text, PRIMARY KEY (lease, epoch, process));
    ${noting('engine.checkpoints', LEASE_OF_CHECKPOINT)}
    ${noting('log_tree.standing', "'log tree'")}`))

export type Writers = { lease: string; epoch: string; processes: string[] }

export const writersIn = ({ query }: Pick<Direct, 'query'>): Promise<Writers[]> =>
  query<Writers>(`
    SELECT lease, epoch::text, array_agg(process ORDER BY process) AS processes FROM chaos.writes
    GROUP BY lease, epoch ORDER BY lease, writes.epoch`)

/** As a process of this name would that holds no lease. */
export const writeAs = async ({ query }: Pick<Direct, 'query'>, process: string): Promise<void> =>
  void (await query(`
    SELECT set_config('${PROCESS_SETTING}', '${process}', true);
    UPDATE engine.checkpoints SET position = position WHERE name LIKE 'lives@%'`))

import { cloneOf, NOT_CLONED } from '../compose/clone.ts'
import { type Fields, fieldsOf, listOf, pick } from '../compose/fields.ts'
import { READ_LABELS, SERVICE_LABEL } from '../compose/project-profile.ts'
import { roleOfService } from './known.ts'

const LIFE = ['Status', 'StartedAt', 'FinishedAt', 'ExitCode']

const mapped = (fields: unknown, change: (value: Fields) => Fields): Fields =>
  Object.fromEntries(Object.entries(fieldsOf(fields)).map(([key, value]) => [key, change(fieldsOf(value))]))

/** The gate connects no container to a network, and creation joins one only. */
function whyNotCloned(inspected: Fields): string | null {
  const clone = cloneOf(inspected, 1)
  if ('refused' in clone) return clone.refused
  return clone.connect.length > 0 ? 'it is on several networks, and the docker-gate joins one only' : null
}

/**
 * Of an inspected container what names it, its life, and as much as cloneOf reads: no place on the host, no environment, no label
 * of others. Its clone is the form in which a create is asked for; what is left out here, checkCreate fills in.
 */
export function shownContainer(inspected: Fields): Fields {
  const reason = whyNotCloned(inspected)
  return {
    ...pick(inspected, ['Id', 'Name', 'Image']),
    State: pick(fieldsOf(inspected.State), LIFE),
    Config: { Labels: pick(fieldsOf(fieldsOf(inspected.Config).Labels), READ_LABELS) },
    HostConfig: pick(fieldsOf(inspected.HostConfig), ['NetworkMode']),
    NetworkSettings: {
      Networks: mapped(fieldsOf(inspected.NetworkSettings).Networks, (one) => pick(one, ['NetworkID', 'Aliases'])),
    },
    ...(reason === null ? {} : { [NOT_CLONED]: reason }),
  }
}

/** One row of GET /containers/json. Where a container of another service can be reached is nobody's business. */
function shownRow(row: Fields): Fields {
  const labels = fieldsOf(row.Labels)
  const shown = { ...pick(row, ['Id', 'Names', 'State', 'Created']), Labels: pick(labels, READ_LABELS) }
  if (roleOfService(labels[SERVICE_LABEL]) === null) return shown
  const Networks = mapped(fieldsOf(row.NetworkSettings).Networks, (one) => pick(one, ['IPAddress']))
  return { ...shown, ...pick(row, ['Ports']), NetworkSettings: { Networks } }
}

export const shownList = (listed: unknown): Fields[] => listOf(listed).map(fieldsOf).map(shownRow)

/** How a command ended. */
export const shownExec = (exec: Fields): Fields => pick(exec, ['ID', 'Running', 'ExitCode'])

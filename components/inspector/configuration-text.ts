import { type BackendNumbers, nameOf } from '#components/backends/numbers.ts'
import { formatMs } from '#components/ui/figures.ts'
import type { Configuration, ConfiguredServer } from '#lib/protocol/configuration.ts'

/** A line of a configuration, compared with the one before: `new` is not in that, `gone` is only in that. */
export type ConfigurationLine = { text: string; change: 'same' | 'new' | 'gone' }

function serverText({ backend, address, weight, maxConns, backup, state }: ConfiguredServer, numbers: BackendNumbers) {
  const words = [
    `server ${address}`,
    `weight=${weight}`,
    ...(maxConns > 0 ? [`max_conns=${maxConns}`] : []),
    ...(backup ? ['backup'] : []),
    ...(state === 'in' ? [] : [state === 'down' ? 'down' : 'down (draining)']),
  ]
  return `${words.join(' ')}  # ${nameOf(backend, numbers)}`
}

/** A configuration as text, in the words of nginx: what the front door is told, whoever the front door is. */
export function configurationText({ policy, servers }: Configuration, numbers: BackendNumbers): string[] {
  return [
    ...(servers.length === 0 ? ['no server'] : servers.map((server) => serverText(server, numbers))),
    policy.algorithm,
    `max_fails ${policy.maxFails}`,
    `fail_timeout ${formatMs(policy.failTimeoutMs)}`,
    `connect_timeout ${formatMs(policy.connectTimeoutMs)}`,
    `read_timeout ${formatMs(policy.readTimeoutMs)}`,
    `next_upstream_tries ${policy.nextUpstreamTries}`,
    `next_upstream_timeout ${formatMs(policy.nextUpstreamTimeoutMs)}`,
  ]
}

/** The lines of a configuration with those of the one before that are gone, each where it stood. */
export function compareLines(lines: readonly string[], before: readonly string[] | null): ConfigurationLine[] {
  if (before === null) return lines.map((text) => ({ text, change: 'same' }))
  const compared: ConfigurationLine[] = []
  const gone = before.filter((text) => !lines.includes(text))
  for (const text of lines) {
    while (gone[0] !== undefined && before.includes(text) && before.indexOf(gone[0]) < before.indexOf(text))
      compared.push({ text: gone.shift() ?? '', change: 'gone' })
    compared.push({ text, change: before.includes(text) ? 'same' : 'new' })
  }
  return [...compared, ...gone.map((text): ConfigurationLine => ({ text, change: 'gone' }))]
}

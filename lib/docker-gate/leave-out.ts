import { type Fields, fieldsOf, parseJson } from './fields.ts'
import type { Service } from './rules.ts'

/** Places on the host, which nobody behind the gate needs. */
const HOST_PLACES = ['ResolvConfPath', 'HostnamePath', 'HostsPath', 'LogPath', 'GraphDriver']

/**
 * An inspected container without places on the host; the environment passes only where it is needed to make
 * a further replica.
 */
export function leaveOut(inspected: Fields, service: Service | null): Fields {
  const kept = Object.fromEntries(Object.entries(inspected).filter(([key]) => !HOST_PLACES.includes(key)))
  if (service === 'backend') return kept
  const { Env: _env, ...config } = fieldsOf(kept.Config)
  return { ...kept, Config: config }
}

/** Of the engine's own description, what names it and nothing of how its host is set up. */
export function engineFacts(text: string): Fields {
  const facts = fieldsOf(parseJson(text))
  const names = [
    'ID',
    'Name',
    'ServerVersion',
    'OperatingSystem',
    'OSType',
    'Architecture',
    'NCPU',
    'MemTotal',
    'Swarm',
  ]
  return Object.fromEntries(names.filter((name) => Object.hasOwn(facts, name)).map((name) => [name, facts[name]]))
}

import { isDeepStrictEqual } from 'node:util'
import { cloneOf } from './clone.ts'
import { type Fields, fieldsOf, isFields, textOf } from './fields.ts'
import { isNetworkOf, serviceOf } from './known.ts'
import { CHECK_ARGV } from './rules.ts'

/** The body that goes to the engine instead of the given one, or why none may. */
export type Checked = { body: Fields } | { refused: string }

const EXEC_BODY: Fields = { AttachStdin: false, AttachStdout: true, AttachStderr: true, Tty: false, Cmd: CHECK_ARGV }

/** Starting the check streams its output, whatever the caller's body says. */
export const EXEC_START_BODY: Fields = { Detach: false, Tty: false }

const allowsOnly = (given: Fields, keys: readonly string[]): boolean =>
  Object.keys(given).every((key) => keys.includes(key))

/** A create passes when it is what cloneOf makes of a backend that is there: same configuration, other number. */
export function checkCreate(given: unknown, name: string, siblings: readonly Fields[], project: string): Checked {
  const number = /^(.+)-backend-([1-9][0-9]{0,4})$/.exec(name)
  if (number?.[1] !== project) return { refused: `a new container is a backend of "${project}" and named like one` }
  let why = 'there is no backend to be like'
  for (const sibling of siblings) {
    if (serviceOf(sibling, project) !== 'backend') continue
    const clone = cloneOf(sibling, Number(number[2]))
    if ('refused' in clone) why = clone.refused
    else if (clone.name === name && isDeepStrictEqual(given, clone.body)) return { body: clone.body }
    else why = 'it differs from the backends that are there in more than name, number and hostname'
  }
  return { refused: `a new container is a clone of a backend: ${why}` }
}

/** The only command is nginx's check of a candidate, with the only options that change nothing. */
export function checkExec(given: unknown): Checked {
  const { Cmd, ...options } = fieldsOf(given)
  const plain = Object.entries(options).every(
    ([key, value]) => Object.hasOwn(EXEC_BODY, key) && value === EXEC_BODY[key],
  )
  if (plain && isDeepStrictEqual(Cmd, [...CHECK_ARGV])) return { body: EXEC_BODY }
  return { refused: `the only command is: ${CHECK_ARGV.join(' ')}` }
}

/** Whether an inspected exec is that command. */
export function isTheCheck(exec: Fields): boolean {
  const { entrypoint, arguments: argv, privileged } = fieldsOf(exec.ProcessConfig)
  return privileged !== true && isDeepStrictEqual([entrypoint, ...(Array.isArray(argv) ? argv : [])], [...CHECK_ARGV])
}

/** A backend may leave the network that it was made on, and come back to it under its own names. */
export function checkMember(
  kind: 'connect' | 'disconnect',
  given: unknown,
  network: Fields,
  container: Fields,
  project: string,
): Checked {
  if (!isFields(given)) return { refused: 'a body is needed' }
  if (serviceOf(container, project) !== 'backend') return { refused: 'not a backend of this project' }
  if (!isNetworkOf(network, container, project)) return { refused: 'not the network that this backend was made on' }
  const Container = textOf(given.Container)
  if (kind === 'disconnect') {
    if (!allowsOnly(given, ['Container', 'Force'])) return { refused: 'only Container and Force may be given' }
    return { body: { Container, Force: given.Force === true } }
  }
  const endpoint = fieldsOf(given.EndpointConfig)
  const aliases = Array.isArray(endpoint.Aliases) ? endpoint.Aliases : []
  const own = ['backend', textOf(container.Name).slice(1), Container.slice(0, 12)]
  const fits = allowsOnly(given, ['Container', 'EndpointConfig']) && allowsOnly(endpoint, ['Aliases'])
  if (!fits || !aliases.every((alias) => own.includes(alias))) return { refused: 'only its own names may be given' }
  return { body: { Container, EndpointConfig: { Aliases: aliases } } }
}

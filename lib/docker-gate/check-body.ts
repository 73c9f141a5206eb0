import { isDeepStrictEqual } from 'node:util'
import { type Clone, cloneOf, type Refusal } from '../compose/clone.ts'
import { type Fields, fieldsOf, listOf } from '../compose/fields.ts'
import { CHECK_ARGV, ROBINSCOPE_PROFILE } from '../compose/project-profile.ts'
import { roleOf } from './known.ts'
import { shownContainer } from './shown.ts'

/** The body that goes to the engine instead of the given one, or why none may. */
export type Checked = { body: Fields } | { refused: string }

const EXEC_BODY: Fields = { AttachStdin: false, AttachStdout: true, AttachStderr: true, Tty: false, Cmd: CHECK_ARGV }
const REPLICA_NAME = new RegExp(`^(.+)-${ROBINSCOPE_PROFILE.backends.service}-([1-9][0-9]{0,4})$`)

/** Starting the check streams its output, whatever the caller's body says. */
export const EXEC_START_BODY: Fields = { Detach: false, Tty: false }

/** The clone that a caller can ask for, and the one that is made for it. */
function clonesOf(sibling: Fields, number: number): { asked: Clone; made: Clone } | Refusal {
  const asked = cloneOf(shownContainer(sibling), number)
  const made = cloneOf(sibling, number)
  if ('refused' in asked) return asked
  return 'refused' in made ? made : { asked, made }
}

/**
 * A create passes when it is the clone of a backend as the gate shows it. What goes to the engine is the clone of that backend as
 * the engine shows it: environment, mounts and labels of others are filled in here, and no caller can name them.
 */
export function checkCreate(given: unknown, name: string, siblings: readonly Fields[], project: string): Checked {
  const number = REPLICA_NAME.exec(name)
  if (number?.[1] !== project) return { refused: `a new container is a backend of "${project}" and named like one` }
  let why = 'there is no backend to be like'
  for (const sibling of siblings) {
    if (roleOf(sibling, project) !== 'backend') continue
    const clones = clonesOf(sibling, Number(number[2]))
    if ('refused' in clones) why = clones.refused
    else if (clones.asked.name === name && isDeepStrictEqual(given, clones.asked.body))
      return { body: clones.made.body }
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
  return privileged !== true && isDeepStrictEqual([entrypoint, ...listOf(argv)], [...CHECK_ARGV])
}

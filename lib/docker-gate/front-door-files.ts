import {
  FRONT_DOOR_FILES,
  type FrontDoorFile,
  LEASE_PATTERN,
  NGINX_GID,
  NGINX_UID,
} from '../compose/project-profile.ts'
import { tar } from '../compose/tar.ts'
import { whyNotConfiguration } from './nginx-directives.ts'
import { readArchive } from './read-archive.ts'

/** A configuration with 64 servers has 10 KiB. */
const MAX_FILE_BYTES = 64 * 1024
const MODE = 0o644
/** Printable ASCII and line ends: what every reader takes for the same characters. */
const PLAIN = /^[\n\x20-\x7e]*$/

const isFrontDoorFile = (name: string): name is FrontDoorFile => (FRONT_DOOR_FILES as readonly string[]).includes(name)

const whyNotText = (name: FrontDoorFile, text: string): string | null => {
  if (name !== 'lease') return whyNotConfiguration(text)
  return LEASE_PATTERN.test(text) ? null : 'a lease is one line: its owner and the generation in force'
}

/**
 * The archive that goes into the front door's volume, packed anew from the given one: only the files that Robinscope writes, each
 * at most once, with only what Robinscope writes in them.
 */
export function packFrontDoorFiles(given: unknown): { body: Uint8Array } | { refused: string } {
  if (!(given instanceof Uint8Array)) return { refused: 'an archive is needed' }
  const entries = readArchive(given, FRONT_DOOR_FILES.length)
  if ('refused' in entries) return { refused: `this archive may not be unpacked: ${entries.refused}` }
  const texts = new Map<FrontDoorFile, string>()
  for (const { name, mode, content } of entries) {
    const refuse = (why: string) => ({ refused: `this archive may not be unpacked: ${why}` })
    if (!isFrontDoorFile(name)) return refuse(`the only files are ${FRONT_DOOR_FILES.join(', ')}`)
    if (texts.has(name)) return refuse(`${name} is in it twice`)
    if (mode !== MODE) return refuse(`${name} has a mode other than 0644`)
    if (content.length > MAX_FILE_BYTES) return refuse(`${name} has more than ${MAX_FILE_BYTES} bytes`)
    const text = Buffer.from(content).toString('latin1')
    const why = PLAIN.test(text) ? whyNotText(name, text) : 'only printable ASCII and line ends may be in it'
    if (why !== null) return refuse(`${name}: ${why}`)
    texts.set(name, text)
  }
  if (texts.size === 0) return { refused: 'this archive may not be unpacked: nothing is in it' }
  return { body: tar([...texts].map(([name, text]) => ({ name, text, uid: NGINX_UID, gid: NGINX_GID }))) }
}

import { chmodSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type LedgerSums, readLedgers } from './keep-ledger.ts'

export type DockerLedger = {
  /** A Compose file that makes the backends of a project keep a ledger. */
  override: string
  /** Sums over the backends that have ended. */
  read(): LedgerSums
  /** Removes the folder. */
  remove(): void
}

const KEEP_LEDGER = fileURLToPath(new URL('keep-ledger.ts', import.meta.url))
const INSIDE = '/ledger'

/** A folder of this machine's that the backends of a Compose project write their ledgers to. The engine must run on this machine. */
export function openDockerLedger(): DockerLedger {
  const folder = mkdtempSync(join(tmpdir(), 'robinscope-ledger-'))
  // The backends run as a user of their image.
  chmodSync(folder, 0o777)
  copyFileSync(KEEP_LEDGER, join(folder, 'keep-ledger.ts'))
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  writeFileSync(join(folder, 'preload.js'), `import { keepLedger } from './keep-ledger.ts'\nkeepLedger('${INSIDE}')\n`)
  const override = join(folder, 'ledger.yaml')
  const backend = {
    environment: { NODE_OPTIONS: `--import ${INSIDE}/preload.js` },
    volumes: [`${folder}:${INSIDE}`],
  }
  writeFileSync(override, JSON.stringify({ services: { backend } }))
  return {
    override,
    read: () => readLedgers(folder),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

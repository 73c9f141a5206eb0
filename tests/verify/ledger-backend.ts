import { keepLedger } from './keep-ledger.ts'

/** The project's own service with a ledger beside it that the service knows nothing of. Called by an entry that own-bursts.ts writes. */
export async function serveWithLedger(folder: string): Promise<void> {
  keepLedger(folder)
  await import('#service/server.ts')
}

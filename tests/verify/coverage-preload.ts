import { Session } from 'node:inspector/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { isMainThread } from 'node:worker_threads'

// Loaded before a process's own code (node --import, see coverage.ts): whoever connects to its socket is told which functions were
// called since the last one connected.
const folder = process.env.VERIFY_COVERAGE_FOLDER

if (folder && isMainThread) {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false })
  const server = createServer(async (socket) => {
    socket.on('error', () => socket.destroy())
    const { result } = await session.post('Profiler.takePreciseCoverage')
    socket.end(JSON.stringify(result))
  })
  server.listen(join(folder, `${process.pid}.sock`))
  server.unref()
}

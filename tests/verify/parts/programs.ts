import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { createConfig, lintFromString } from '@redocly/openapi-core'
import { complaintsOf, readMetrics } from '../../integration/metrics-text.ts'
import { startProduct } from '../../product.ts'
import { exactly, notMeasured, type Part, type Row } from '../rows.ts'

const PROMTOOL_LIMIT_MS = 10_000

/** What promtool says to these metrics; null when there is no promtool. */
async function promtool(metrics: string): Promise<string[] | null> {
  const child = spawn('promtool', ['check', 'metrics'], { stdio: ['pipe', 'pipe', 'pipe'], timeout: PROMTOOL_LIMIT_MS })
  const started = await new Promise<boolean>((resolve) => {
    child.once('spawn', () => resolve(true))
    child.once('error', () => resolve(false))
  })
  if (!started) return null
  child.stdin.end(metrics)
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
  return `${out}${err}`.split('\n').filter(Boolean)
}

export const part: Part = {
  title: 'what programs read: the OpenAPI document and the metrics',
  measure: async (say) => {
    const product = await startProduct()
    try {
      await product.api.run({ requests: 500, concurrency: 8 })
      const document = await (await fetch(`${product.url}/api/openapi.json`)).text()
      const config = await createConfig({ extends: ['recommended-strict'] })
      const found = await lintFromString({ source: document, absoluteRef: 'openapi.json', config })
      for (const { ruleId, message } of found) say(`${ruleId}: ${message}`)
      const metrics = await (await fetch(`${product.url}/metrics`)).text()
      const rows: Row[] = [
        exactly('findings of the OpenAPI linter', 0, found.length),
        exactly('complaints of our own reader of metrics', 0, complaintsOf(readMetrics(metrics)).length),
      ]
      const said = await promtool(metrics)
      for (const line of said ?? []) say(line)
      const figure = 'complaints of promtool check metrics'
      rows.push(
        said ? exactly(figure, 0, said.length) : notMeasured(figure, 'no promtool here (Debian package prometheus)'),
      )
      return rows
    } finally {
      await product.stop()
    }
  },
}

import { fileURLToPath } from 'node:url'
import type { Product } from '../product.ts'
import { until } from '../until.ts'

/** A setting for a dashboard that is to be asked for its longest stretch. */
export const TELLS_STRETCHES = {
  NODE_OPTIONS: `--import ${fileURLToPath(new URL('longest-stretch.js', import.meta.url))}`,
}

/** How long its main thread was busy without a break since the last time it was asked, in milliseconds of its own CPU time. */
export async function longestStretchMs(product: Product): Promise<number> {
  const said = (): string[] => product.output().match(/longest-stretch-ms [\d.]+/g) ?? []
  const before = said().length
  product.signal('SIGUSR2')
  await until('the stretch is told', () => said().length > before)
  return Number(said().at(-1)?.split(' ')[1])
}

import { fuzz } from '../../attack/fuzz.ts'
import { startEmbedded } from '../../attack/victim.ts'
import { exactly, type Part } from '../rows.ts'

const COUNT = 10_000
const SEED = Date.now() % 1_000_000
const WENT_WRONG = /unexpected-error|uncaught|unhandled/gi

export const part: Part = {
  title: `${COUNT} senseless packets and bodies`,
  measure: async (say) => {
    const { product, recorder } = await startEmbedded()
    const aim = { product: () => product, port: () => product.port, host: () => `localhost:${product.port}` }
    try {
      say(`seed ${SEED}`)
      const { packets, bodies, heads, serverErrors } = await fuzz(aim, COUNT, SEED)
      const note = `seed ${SEED}: ${packets} packets and frames, ${bodies} bodies, ${heads} heads`
      for (const error of serverErrors.slice(0, 5)) say(error)
      const alive = (await product.api.isReady()) && (await product.api.cluster()).backends.length === 2
      return [
        exactly('senseless pieces sent', COUNT, packets + bodies + heads, note),
        exactly('dashboards that died of it, or lost a backend', 0, alive ? 0 : 1),
        exactly('uncaught or unexpected errors', 0, product.output().match(WENT_WRONG)?.length ?? 0),
        exactly('answers of 500 and above', 0, serverErrors.length),
        exactly('calls at the engine', 0, recorder.calls().length),
      ]
    } finally {
      await product.stop()
      await recorder.close()
    }
  },
}

import { startOn } from '../../clusters.ts'
import { type ComposeProject, composeProject } from '../../compose-project.ts'
import { engineAnswers } from '../../engine.ts'
import { type Replica, replicasOf } from '../../replicas-of.ts'
import { exactly, notMeasured, type Part, type Row } from '../rows.ts'

const SERVICES = ['front-door', 'backend']
const STEPS = [5, 3, 4, 1, 6]
/** What differs between two projects, or by which tool's hand: everything else has to be the same. */
const OWN_LABELS = ['com.docker.compose.project', 'com.docker.compose.config-hash', 'com.docker.compose.image']

/** Beside Compose's own labels each replica that Robinscope made carries this one, which Compose does not look at. */
const MADE_BY_LABEL = 'robinscope.made-by'

/** What another tool can see of a replica, with the project's name taken out. */
const seenOf = ({ name }: ComposeProject, replicas: Replica[]): string[] =>
  replicas.map(({ name: container, state, id, hostname, labels }) => {
    const shared = Object.entries(labels).filter(([label]) => ![...OWN_LABELS, MADE_BY_LABEL].includes(label))
    const ownName = hostname === id.slice(0, 12)
    return JSON.stringify([container.replace(name, ''), state, ownName, shared.sort()])
  })

const differing = (one: string[], other: string[]): number =>
  one.filter((line) => !other.includes(line)).length + other.filter((line) => !one.includes(line)).length

async function measureOn(ours: ComposeProject, plain: ComposeProject, say: (line: string) => void): Promise<Row[]> {
  const product = await startOn(ours)
  try {
    let unlike = 0
    for (const replicas of STEPS) {
      await product.api.scale(replicas)
      await plain.compose('up', '-d', '--no-recreate', '--scale', `backend=${replicas}`, ...SERVICES)
      const [made, wanted] = [seenOf(ours, await replicasOf(ours)), seenOf(plain, await replicasOf(plain))]
      unlike += differing(made, wanted)
      say(`${replicas} replicas: ${made.length} by us, ${wanted.length} by Compose`)
    }
    const before = await replicasOf(ours)
    // The steps went down to one, which the Compose file made; Robinscope made the others.
    const unmarked = before.filter(({ number, labels }) => number > 1 !== (labels[MADE_BY_LABEL] === 'robinscope'))
    const listed = (await ours.compose('ps', '--format', '{{.Name}}', 'backend')).split('\n').filter(Boolean).sort()
    const unlisted = before.filter(({ name }) => !listed.includes(name)).length
    await ours.compose('up', '-d', '--scale', `backend=${before.length}`, ...SERVICES)
    const after = new Set((await replicasOf(ours)).map(({ id }) => id))
    const recreated = before.filter(({ id }) => !after.has(id)).length + after.size - before.length
    const hashes = new Set(before.map(({ labels }) => labels['com.docker.compose.config-hash']))
    const steps = STEPS.join(', ')
    return [
      exactly(
        `replicas unlike those of Compose (name, number, state, hostname, labels but ${MADE_BY_LABEL}) over the steps ${steps}`,
        0,
        unlike,
      ),
      exactly(
        `replicas whose ${MADE_BY_LABEL} label does not say by whom they were made`,
        0,
        unmarked.length,
        unmarked.map(({ number, labels }) => `${number}: ${labels[MADE_BY_LABEL]}`).join(', '),
      ),
      exactly('of 6 made by us not in docker compose ps', 0, unlisted, listed.join(', ')),
      exactly('containers that up -d --scale backend=<same> recreated, made or removed', 0, recreated),
      exactly('different config hashes of them', 1, hashes.size),
    ]
  } finally {
    await product.stop()
  }
}

async function leftBy(project: ComposeProject, ...down: string[]): Promise<number> {
  await project.compose('down', ...down)
  const label = ['--filter', `label=com.docker.compose.project=${project.name}`, '-q']
  const lists = [['ps', '-a'], ['network', 'ls'], ...(down.includes('--volumes') ? [['volume', 'ls']] : [])]
  const left = await Promise.all(lists.map((list) => project.docker(...list, ...label)))
  return left.flatMap((ids) => ids.split('\n').filter(Boolean)).length
}

export const part: Part = {
  title: 'what is made is what Compose would have made',
  measure: async (say) => {
    const engine = await engineAnswers()
    if (!engine.answers) return [notMeasured('true Compose replicas', engine.words)]
    const ours = await composeProject(SERVICES)
    const plain = await composeProject(SERVICES).catch(async (error: unknown) => {
      await ours.down()
      throw error
    })
    try {
      const rows = await measureOn(ours, plain, say)
      const containers = await leftBy(ours)
      const volumes = await leftBy(ours, '--volumes')
      return [
        ...rows,
        exactly('containers and networks that down leaves', 0, containers),
        exactly('containers, networks and volumes that down --volumes leaves', 0, volumes),
      ]
    } finally {
      await plain.down()
      await ours.down()
    }
  },
}

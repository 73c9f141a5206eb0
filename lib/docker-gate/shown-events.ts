import { Transform } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import { type Fields, fieldsOf, isFields, parseJson, pick } from '../compose/fields.ts'
import { READ_LABELS } from '../compose/project-profile.ts'

const LONGEST_EVENT = 262_144
/** The engine lists all labels of a container among these; the others say how it ended and what it is called. */
const ATTRIBUTES = [...READ_LABELS, 'name', 'exitCode', 'signal']

function shownEvent(event: Fields): Fields {
  const actor = fieldsOf(event.Actor)
  const Attributes = pick(fieldsOf(actor.Attributes), ATTRIBUTES)
  return { ...pick(event, ['Type', 'Action', 'time', 'timeNano']), Actor: { ...pick(actor, ['ID']), Attributes } }
}

/** The stream of GET /events, one JSON object a line, with no label but those that the dashboard reads. */
export function shownEvents(): Transform {
  const decoder = new StringDecoder('utf8')
  let text = ''
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const lines = (text + decoder.write(chunk)).split('\n')
      text = lines.pop() ?? ''
      const events = lines.map(parseJson).filter(isFields)
      for (const event of events) this.push(`${JSON.stringify(shownEvent(event))}\n`)
      done(text.length > LONGEST_EVENT ? new Error('an event is too long') : null)
    },
  })
}

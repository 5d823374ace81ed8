/** A person is registered with a name and how to reach them, and either can change. All of it is recorded sealed. */
import { z } from 'zod'
import { sealed } from '../../engine/sealed.ts'
import { stage } from '../../engine/workflow.ts'
import { text } from '../fields.ts'
import { idNumber } from '../id-number.ts'
import { place } from '../places/place-field.ts'
import { over } from '../roles.ts'
import { type Consulted, offices, type Person } from './data.ts'

const name = text(60).meta({ zh: '姓名', en: 'Name', personal: 'name', examples: ['周桂兰'] })
const phone = z
  .string()
  .regex(/^\+?\d[\d-]{4,18}\d$/)
  .meta({ zh: '联系电话', en: 'Phone', personal: 'phone', examples: ['027-87654321'] })
const mail = z
  .email()
  .max(120)
  .meta({ zh: '电子邮箱', en: 'Mail', personal: 'mail', examples: ['zhou@example.com'] })
const account = z
  .string()
  .regex(/^\d{10,30}$/)
  .meta({ zh: '银行账号', en: 'Bank account', personal: 'account', examples: ['6222020200112233445'] })

/** What changes together: who somebody is and how they are reached. */
const contact = {
  name: name.optional(),
  phone: phone.optional(),
  mail: mail.optional(),
  idNumber: idNumber.optional(),
  account: account.optional(),
}
const sealedContact = {
  name: sealed(name).optional(),
  phone: sealed(phone).optional(),
  mail: sealed(mail).optional(),
  idNumber: sealed(idNumber).optional(),
  account: sealed(account).optional(),
}

const commands = {
  register: z.strictObject({ ...contact, name, phone, place }).meta({ zh: '登记人员', en: 'Register a person' }),
  'change-contact': z.strictObject(contact).meta({ zh: '变更联系方式', en: 'Change name or contact' }),
}

const events = {
  PersonRegistered: z
    .strictObject({ ...sealedContact, name: sealed(name), phone: sealed(phone), place })
    .meta({ zh: '人员已登记', en: 'person registered' }),
  ContactChanged: z.strictObject(sealedContact).meta({ zh: '联系方式已变更', en: 'name or contact changed' }),
}

export const contacts = stage<Person, Consulted>()({
  commands,
  events,
  rules: {
    saysWhatChanges: {
      of: 'change-contact',
      reads: ['name', 'phone', 'mail', 'idNumber', 'account'],
      zh: '请至少填写一项新的内容',
      en: 'Give at least one thing that is new.',
      holds: (_, input) => Object.values(input).some(value => value !== undefined),
    },
  },
  evolve: {
    PersonRegistered: (data, registered) => ({ ...data, ...registered }),
    ContactChanged: (data, changed) => ({ ...data, ...changed }),
  },
  permits: {
    register: [...over(...offices), { system: 'founder' }],
    'change-contact': [{ self: true }, ...over(...offices)],
  },
})

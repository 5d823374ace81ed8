/** A small pack that goes together, for the reference of the API. */
import type { RoundPack } from './pack.ts'

export const examplePack: RoundPack = {
  name: '水果湖街道公益创投规则',
  level: 'street',
  sources: [{ figure: 'panel.outside', from: 'common-practice', note: '外部评委不少于三分之二' }],
  applicants: {
    tiers: ['registered', 'filed'],
    ownPlaceOnly: true,
    enrolledDays: 90,
    mostPerApplicant: 2,
    rules: [{ id: 'public-benefit', zh: '项目具有公益性', en: 'The project is for the public benefit' }],
  },
  money: {
    cap: 2_000_000,
    shareOfBudget: 80,
    matchingMultiple: '4',
    expenseClasses: [
      { id: 'materials', zh: '物料', en: 'Materials', allowed: true },
      { id: 'management', zh: '管理费', en: 'Management', allowed: true, most: 5 },
      { id: 'hospitality', zh: '公务接待', en: 'Hospitality', allowed: false },
    ],
    partial: true,
    leastAward: 200_000,
  },
  rubric: {
    criteria: [
      { id: 'need', zh: '需求契合度', en: 'Fit with the need', weight: 60 },
      { id: 'design', zh: '方案可行性', en: 'Feasibility', weight: 40 },
    ],
    step: '0.5',
    commentBelow: 60,
    commentAbove: 95,
  },
  bonuses: [{ id: 'matching', zh: '配套资金', en: 'Matching funds', most: '5', by: 'matching' }],
  aggregation: { dropFrom: 5, decimals: 2 },
  ties: [{ criterion: 'need' }, 'lower-request', 'vote'],
  quorum: 3,
  panel: {
    size: 5,
    outside: { of: 3, least: 2 },
    reserves: 2,
    coverFields: true,
    yearsApart: 3,
    unrevealedSeed: 'draw-without',
  },
  blind: false,
  durations: {
    callLeast: 20,
    callMost: 42,
    judging: 20,
    complete: 5,
    publicity: 5,
    objectionForm: 2,
    objectionAnswer: 5,
    answerOffer: 5,
  },
  objection: { by: ['resident', 'organisation'], protected: true, upheld: ['recheck', 'rescore', 'exclude'] },
  feedback: { comments: true, bands: [10, 25, 50, 100] },
  tranches: [60, 40],
}

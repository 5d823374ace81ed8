/** The read models, in the order they are shown. */
import type { ReadModel } from '../engine/projection.ts'
import { disbursementLedger } from './disbursement-ledger.ts'
import { fileMentions } from './file-mentions.ts'
import { funderPortfolio } from './funder-portfolio.ts'
import { judgeDesk } from './judge-desk.ts'
import { livesModel } from './lives.ts'
import { logHeads } from './log-heads.ts'
import { roundsModel } from './rounds.ts'
import { runningDeadlines } from './running-deadlines.ts'
import { streetBoard } from './street-board.ts'

export const readModels: readonly ReadModel[] = [
  streetBoard,
  funderPortfolio,
  disbursementLedger,
  roundsModel,
  livesModel,
  logHeads,
  fileMentions,
  runningDeadlines,
  judgeDesk,
]

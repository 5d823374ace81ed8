/** What a stranger reads first: how to go from a token to a finished life. */
const zh = `公创 API：以命令办理，以事件为据，以报表查看。

1. **令牌**：每个 /v1 请求带 \`Authorization: Bearer <JWT>\`，\`sub\` 为人员编号；能办什么由该人员的任职决定。试用环境用 \`npm run token\` 签发。
2. **开始**：\`POST /v1/{流程}\`，带 \`Idempotency-Key\`；答复 201，\`Location\` 是新记录的地址，\`id\` 是编号。
3. **看能做什么**：\`GET /v1/{流程}/{id}\` 的 \`commands\` 对每个操作说明可办理、不可办理（为什么、谁能使其满足）或取决于哪些字段；\`next\` 说明轮到谁。
4. **办理**：\`POST /v1/{流程}/{id}/{命令}\`，带 \`Idempotency-Key\`；可用 \`If-Match\` 指明所依据的版次，\`?dryRun=true\` 只试算不写入。答复成功即已持久。
5. **经过**：\`GET /v1/{流程}/{id}/history\`；\`?asOf=\` 查看当时的情况。
6. **报表**：\`GET /v1/views/{报表}\`，JSON 分页（\`next\` 作下一页的 \`cursor\`）或 \`Accept: text/csv\` 取全部；\`?after=<position>\` 等到包含刚才的写入。

**错误**：一律为 RFC 9457 problem details，程序看 \`code\`，人看 \`detail\`；422 \`refused\` 的 \`reasons\` 列出全部未满足的条件，其 \`issues\` 指出所填内容的哪一处不符合，400 的 \`issues\` 列出要改正之处。

**幂等**：没有得到答复、429 或 503 时，用同一个 \`Idempotency-Key\` 重发，绝不会办理两次；被拒绝的请求会重新判断。

金额为整数分，日期为北京时间，地点用官方区划代码（\`/v1/places\` 可按名称查）。`

const en = `The Gongchuang API: commands act, events are kept, read models answer.

1. **Token**: every /v1 request carries \`Authorization: Bearer <JWT>\` whose \`sub\` is a person's id; what they may do comes from their posts. To try things out, \`npm run token\` signs one.
2. **Start**: \`POST /v1/{workflow}\` with an \`Idempotency-Key\`; the answer is 201, \`Location\` is the new life's address, \`id\` its id.
3. **See what can be done**: \`commands\` of \`GET /v1/{workflow}/{id}\` says of every command whether it is allowed, refused (why, and who could meet it) or hangs on fields; \`next\` says whose turn it is.
4. **Command**: \`POST /v1/{workflow}/{id}/{command}\` with an \`Idempotency-Key\`; \`If-Match\` names the revision looked at, \`?dryRun=true\` decides and writes nothing. Success means durable.
5. **History**: \`GET /v1/{workflow}/{id}/history\`; \`?asOf=\` looks back.
6. **Views**: \`GET /v1/views/{read-model}\`, pages of JSON (\`next\` is the next page's \`cursor\`) or everything with \`Accept: text/csv\`; \`?after=<position>\` waits until what was just written is included.

**Errors** are RFC 9457 problem details: programs read \`code\`, people read \`detail\`; \`reasons\` of 422 \`refused\` lists every unmet rule, its \`issues\` where the input does not meet one, \`issues\` of 400 what to mend.

**Idempotency**: without an answer, or after 429 or 503, send again with the same \`Idempotency-Key\`; it is never done twice. A refusal is decided anew.

Money is integer fen, days are civil days in Asia/Shanghai, places are official codes (\`/v1/places\` finds them by name).`

export const info = {
  title: '公创 Gongchuang',
  version: '1',
  summary: '社区微项目与创投资助的全过程 Micro-projects and creative grants, from need to archive',
  description: `${zh}\n\n---\n\n${en}`,
  license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
}

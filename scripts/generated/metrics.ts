/** Every metric of `/metrics` that is ours to name, as the registry itself tells it. */
import { type MetricTold, metricsTold } from '../../services/api/metrics.ts'
import { openMeasures } from '../../services/measures.ts'
import { code, page, table } from './markdown.ts'

/** What keeps the log is told by a label, and no name hangs on it. */
export const metricsPage = (): string =>
  page(
    '# 指标 Metrics',
    `${code('/metrics')} 以 Prometheus 格式给出下列指标；另有 prom-client 的 ${code('process_*')} 与 ${code('nodejs_*')}。OpenTelemetry 有定名的用其定名，其余以 ${code('gongchuang_')} 开头。直方图另有 ${code('_bucket')}、${code('_sum')}、${code('_count')}。\n\n${code('/metrics')} tells these in Prometheus' form, beside ${code('process_*')} and ${code('nodejs_*')} as prom-client names them. What OpenTelemetry has a name for has that name; the rest begins with ${code('gongchuang_')}. A histogram is told as ${code('_bucket')}, ${code('_sum')} and ${code('_count')}.`,
    table(['指标 Metric', '类型 Kind', '标签 Labels', '含义 Meaning'], metricsTold(openMeasures('').metrics).map(row)),
  )

const row = ({ name, type, labels, help }: MetricTold): string[] => [
  code(name),
  type,
  labels.map(code).join(', '),
  help,
]

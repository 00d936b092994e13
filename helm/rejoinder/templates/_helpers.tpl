{{/* Address of a service inside the release. */}}
{{- define "rejoinder.name" -}}
{{ .Release.Name }}-{{ .service }}
{{- end -}}

{{/* Labels every object carries. Call with (dict "Release" .Release "Chart" .Chart "service" name). */}}
{{- define "rejoinder.labels" -}}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: rejoinder
{{ include "rejoinder.selector" . }}
{{- end -}}

{{/* Labels that select a service's pods. */}}
{{- define "rejoinder.selector" -}}
app.kubernetes.io/name: rejoinder
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: {{ .service }}
{{- end -}}

{{/* Services that call each other over gRPC; all listen on 8080. */}}
{{- define "rejoinder.clients" -}}
inference: [registry]
signals: []
reward: []
preferences: [inference, reward]
trainer: [preferences, registry]
registry: []
{{- end -}}

{{/* Services that hold the model. */}}
{{- define "rejoinder.modelled" -}}
inference signals reward trainer
{{- end -}}

{{/* Services with a schema in PostgreSQL. */}}
{{- define "rejoinder.stored" -}}
signals preferences trainer registry
{{- end -}}

{{- define "ai-app.selector" -}}
app.kubernetes.io/name: ai-app
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "ai-app.labels" -}}
{{ include "ai-app.selector" . }}
app.kubernetes.io/version: {{ .Values.image.tag | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

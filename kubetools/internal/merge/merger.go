package merge

import (
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/managedfields"
	"k8s.io/client-go/applyconfigurations"
	"k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/structured-merge-diff/v6/fieldpath"
)

// Merger keeps one field manager per kind and subresource: making one costs milliseconds.
type Merger struct {
	typed, deduced managedfields.TypeConverter
	managers       map[managerKey]*managedfields.FieldManager
}

type managerKey struct {
	kind        schema.GroupVersionKind
	subresource string
	schema      string
	statusApart bool
}

// NewMerger knows the built-in kinds by the schema that comes with client-go, the others by the schema that a
// request brings; without one they are deduced.
func NewMerger() *Merger {
	return &Merger{
		typed:    applyconfigurations.NewTypeConverter(scheme.Scheme),
		deduced:  managedfields.NewDeducedTypeConverter(),
		managers: map[managerKey]*managedfields.FieldManager{},
	}
}

func (m *Merger) manager(request Request) (*managedfields.FieldManager, error) {
	key := managerKey{request.GVK.schema(), request.Subresource, string(request.Schema), request.StatusApart}
	if known, found := m.managers[key]; found {
		return known, nil
	}
	build, converter := managedfields.NewDefaultCRDFieldManager, m.deduced
	if scheme.Scheme.Recognizes(key.kind) {
		build, converter = managedfields.NewDefaultFieldManager, m.typed
	} else if len(request.Schema) > 0 && key.schema != "null" {
		custom, err := customConverter(key.kind, request.Schema)
		if err != nil {
			return nil, err
		}
		converter = custom
	}
	made, err := build(converter, asIs{}, asIs{}, asIs{}, key.kind, key.kind.GroupVersion(), key.subresource, resetFields(key))
	if err != nil {
		return nil, err
	}
	m.remember(key, made)
	return made, nil
}

// remember keeps the newest schema of a kind only: each change of a definition makes another one.
func (m *Merger) remember(key managerKey, made *managedfields.FieldManager) {
	for known := range m.managers {
		if known.kind == key.kind && known.subresource == key.subresource {
			delete(m.managers, known)
		}
	}
	m.managers[key] = made
}

// resetFields names what a write cannot set and therefore cannot own: status through the object itself, and
// spec through its status.
//
// Source: GetResetFields of the strategies in kubernetes/pkg/registry and of apiextensions' customresource.
func resetFields(key managerKey) map[fieldpath.APIVersion]fieldpath.Filter {
	if !scheme.Scheme.Recognizes(key.kind) && !key.statusApart {
		return nil
	}
	reset := map[string]string{"": "status", "status": "spec"}[key.subresource]
	if reset == "" {
		return nil
	}
	version := fieldpath.APIVersion(key.kind.GroupVersion().String())
	excluded := fieldpath.NewSet(fieldpath.MakePathOrDie(reset))
	return fieldpath.NewExcludeFilterSetMap(map[fieldpath.APIVersion]*fieldpath.Set{version: excluded})
}

// apply is server-side apply of `patch` by request.Manager.
func (m *Merger) apply(request Request, live, patch *unstructured.Unstructured) (map[string]any, error) {
	manager, err := m.manager(request)
	if err != nil {
		return nil, err
	}
	if live == nil {
		live = empty(request.GVK.schema())
	}
	before := live.GetManagedFields()
	merged, err := manager.Apply(live, patch, request.Manager, request.Force)
	if err != nil {
		return nil, err
	}
	return stamped(merged, before, request.Time)
}

// update records that request.Manager wrote `patch` in the place of `live`.
func (m *Merger) update(request Request, live, written *unstructured.Unstructured) (map[string]any, error) {
	manager, err := m.manager(request)
	if err != nil {
		return nil, err
	}
	if live == nil {
		live = empty(request.GVK.schema())
	}
	before := live.GetManagedFields()
	updated, err := manager.Update(live, written, request.Manager)
	if err != nil {
		return nil, err
	}
	return stamped(updated, before, request.Time)
}

func empty(kind schema.GroupVersionKind) *unstructured.Unstructured {
	object := &unstructured.Unstructured{Object: map[string]any{}}
	object.SetGroupVersionKind(kind)
	return object
}

// stamped gives the entries that this write made the wanted time; the others keep theirs.
func stamped(merged runtime.Object, before []metav1.ManagedFieldsEntry, wanted *metav1.Time) (map[string]any, error) {
	object, isUnstructured := merged.(*unstructured.Unstructured)
	if !isUnstructured {
		return nil, fmt.Errorf("the merge made a %T", merged)
	}
	if wanted == nil {
		return object.Object, nil
	}
	known := map[string]time.Time{}
	for _, entry := range before {
		if entry.Time != nil {
			known[identity(entry)] = entry.Time.Time
		}
	}
	entries := object.GetManagedFields()
	for i, entry := range entries {
		old, isOld := known[identity(entry)]
		if entry.Time != nil && !(isOld && old.Equal(entry.Time.Time)) {
			entries[i].Time = wanted
		}
	}
	if len(entries) > 0 {
		object.SetManagedFields(entries)
	}
	return object.Object, nil
}

func identity(entry metav1.ManagedFieldsEntry) string {
	return fmt.Sprintf("%s\x00%s\x00%s\x00%s", entry.Manager, entry.Operation, entry.APIVersion, entry.Subresource)
}

// asIs stands for the conversions and defaults of the real server: the emulator has one version of a kind,
// and sets its defaults itself.
type asIs struct{}

func (asIs) Convert(_, _, _ any) error { return nil }

func (asIs) ConvertToVersion(in runtime.Object, _ runtime.GroupVersioner) (runtime.Object, error) {
	return in, nil
}

func (asIs) ConvertFieldLabel(_ schema.GroupVersionKind, label, value string) (string, string, error) {
	return label, value, nil
}

func (asIs) New(kind schema.GroupVersionKind) (runtime.Object, error) { return empty(kind), nil }

func (asIs) Default(runtime.Object) {}

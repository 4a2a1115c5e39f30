"""The catalogue's addresses; a model is named by its key."""

from django.urls import path

from .views import adoptions, comparing, drafts, editing, exchange, library, parts, publishing

app_name = "models_catalog"
urlpatterns = [
    path("", library.browse, name="browse"),
    path("import/", exchange.import_model, name="import_model"),
    path("adoptions/", adoptions.adopt_choose, name="adopt_choose"),
    path("adoptions/<int:pk>/", adoptions.adoption, name="adoption"),
    path("adoptions/<int:pk>/end/", adoptions.end, name="end"),
    path("new/", drafts.new_model, name="new_model"),
    path("<slug:key>/", library.detail, name="detail"),
    path("<slug:key>/compare/", comparing.compare, name="compare"),
    path("<slug:key>/export/", exchange.export, name="export"),
    path("<slug:key>/edit/", drafts.edit_model, name="edit_model"),
    path("<slug:key>/new-version/", drafts.new_version, name="new_version"),
    path("<slug:key>/complete/", drafts.complete, name="complete"),
    path("<slug:key>/merge/", publishing.merge, name="merge"),
    path("<slug:key>/<int:number>/edit/", editing.edit_version, name="edit_version"),
    path("<slug:key>/<int:number>/order/", editing.order_items, name="order_items"),
    path("<slug:key>/<int:number>/groups/new/", parts.new_group, name="new_group"),
    path("<slug:key>/<int:number>/groups/<int:pk>/", parts.edit_group, name="edit_group"),
    path("<slug:key>/<int:number>/groups/<int:pk>/remove/", parts.remove_group, name="remove_group"),
    path("<slug:key>/<int:number>/groups/<int:pk>/items/new/", parts.new_item, name="new_item"),
    path("<slug:key>/<int:number>/items/<int:pk>/", parts.edit_item, name="edit_item"),
    path("<slug:key>/<int:number>/items/<int:pk>/remove/", parts.remove_item, name="remove_item"),
    path("<slug:key>/<int:number>/preview/", publishing.preview, name="preview"),
    path("<slug:key>/<int:number>/publish/", publishing.publish, name="publish"),
    path("<slug:key>/<int:number>/retire/", publishing.retire, name="retire"),
    path("<slug:key>/<int:number>/adopt/", adoptions.adopt, name="adopt"),
]

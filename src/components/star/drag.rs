//! A column of the star diagram that is dragged onto another table. It must not know what comes of it.

use leptos::ev::PointerEvent;
use leptos::prelude::*;
use mart::star::Endpoint;
use wasm_bindgen::JsCast as _;
use web_sys::Element;

/// A shorter way is a click.
const LEAST_PIXELS: f64 = 6.0;

/// A column on its way, in the coordinates of the drawing.
#[derive(Clone, Copy, PartialEq)]
struct Way {
    from: Endpoint,
    start: (f64, f64),
    now: (f64, f64),
}

/// What is dragged in a drawing. A copy is another handle to the same.
#[derive(Clone, Copy)]
pub(super) struct Drag {
    way: RwSignal<Option<Way>>,
    /// The width of the drawing.
    width: usize,
    /// Called with the column and the table it is dropped on.
    on_drop: Callback<(Endpoint, usize)>,
}

impl Drag {
    pub(super) fn new(width: usize, on_drop: Callback<(Endpoint, usize)>) -> Self {
        Self {
            way: RwSignal::new(None),
            width,
            on_drop,
        }
    }

    /// A column is taken hold of. A finger scrolls the page.
    pub(super) fn start(self, event: &PointerEvent) {
        let is_meant = event.button() == 0 && event.pointer_type() != "touch";
        let from = ending(event, "column").and_then(|text| {
            let (table, column) = text.split_once('.')?;
            Some(Endpoint {
                table: table.parse().ok()?,
                column: column.parse().ok()?,
            })
        });
        let at = self.place(event);
        self.way
            .set(from.zip(at).filter(|_| is_meant).map(|(from, at)| Way {
                from,
                start: at,
                now: at,
            }));
    }

    /// The pointer moves.
    pub(super) fn go(self, event: &PointerEvent) {
        if self.way.with_untracked(Option::is_none) {
            return;
        }
        // It was let go outside.
        let at = self.place(event).filter(|_| event.buttons() == 1);
        self.way.update(|way| {
            *way = way.zip(at).map(|(way, now)| Way { now, ..way });
        });
    }

    /// It is let go.
    pub(super) fn end(self, event: &PointerEvent) {
        let way = self.way.get_untracked().filter(Way::is_far);
        self.way.set(None);
        let to = ending(event, "table").and_then(|table| table.parse().ok());
        if let Some((way, to)) = way.zip(to)
            && way.from.table != to
        {
            self.on_drop.run((way.from, to));
        }
    }

    /// The line from the column to the pointer.
    pub(super) fn line(self) -> Option<String> {
        let way = self.way.get().filter(Way::is_far)?;
        let ((from_x, from_y), (to_x, to_y)) = (way.start, way.now);
        Some(format!("M{from_x:.0} {from_y:.0} L{to_x:.0} {to_y:.0}"))
    }

    /// Where the pointer is in the drawing, which may be shown smaller than it is.
    fn place(self, event: &PointerEvent) -> Option<(f64, f64)> {
        let drawing = event.target()?.dyn_into::<Element>().ok()?;
        let drawing = drawing.closest("svg").ok()??.get_bounding_client_rect();
        #[expect(clippy::cast_precision_loss, reason = "pixels")]
        let scale = (self.width + 2) as f64 / drawing.width();
        let along = |at: i32, edge: f64| (f64::from(at) - edge) * scale - 1.0;
        Some((
            along(event.client_x(), drawing.left()),
            along(event.client_y(), drawing.top()),
        ))
    }
}

impl Way {
    fn is_far(&self) -> bool {
        let ((from_x, from_y), (to_x, to_y)) = (self.start, self.now);
        (to_x - from_x).hypot(to_y - from_y) >= LEAST_PIXELS
    }
}

/// What the element under the pointer says about the column or the table that it is part of.
fn ending(event: &PointerEvent, what: &str) -> Option<String> {
    let element = event.target()?.dyn_into::<Element>().ok()?;
    let attribute = format!("data-{what}");
    let found = element.closest(&format!("[{attribute}]")).ok()??;
    found.get_attribute(&attribute)
}

//! What the town's coffee shop sells.

/// Sku, name, category, the product it is a size of, price with 20 % tax, purchase cost; money in kopecks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::testing) struct Listed(
    pub(in crate::testing) &'static str,
    pub(in crate::testing) &'static str,
    pub(in crate::testing) &'static str,
    pub(in crate::testing) &'static str,
    pub(in crate::testing) i64,
    pub(in crate::testing) i64,
);

/// The whole menu. Bakery from outside and bottles bring little.
pub(in crate::testing) const PRODUCTS: &[Listed] = &[
    Listed("esp", "Эспрессо", "кофе", "", 420, 74),
    Listed("esp2", "Эспрессо двойной", "кофе", "", 520, 128),
    Listed("ame-s", "Американо S", "кофе", "американо", 450, 80),
    Listed("ame-m", "Американо M", "кофе", "американо", 530, 131),
    Listed("cap-s", "Капучино S", "кофе", "капучино", 590, 134),
    Listed("cap-m", "Капучино M", "кофе", "капучино", 690, 182),
    Listed("cap-l", "Капучино L", "кофе", "капучино", 790, 239),
    Listed("lat-s", "Латте S", "кофе", "латте", 610, 146),
    Listed("lat-m", "Латте M", "кофе", "латте", 710, 197),
    Listed("lat-l", "Латте L", "кофе", "латте", 810, 252),
    Listed("raf-m", "Раф ванильный M", "кофе", "раф", 850, 287),
    Listed("raf-l", "Раф ванильный L", "кофе", "раф", 960, 352),
    Listed("flat", "Флэт уайт", "кофе", "", 720, 201),
    Listed("moc-m", "Мокко M", "кофе", "", 790, 263),
    Listed("v60", "Воронка V60", "кофе", "", 820, 231),
    Listed("btl", "Фильтр-кофе", "кофе", "", 480, 92),
    Listed("tea-b", "Чай чёрный", "чай", "", 430, 61),
    Listed("tea-g", "Чай зелёный", "чай", "", 430, 64),
    Listed("tea-o", "Чай облепиховый", "чай", "", 690, 204),
    Listed("tea-i", "Иван-чай", "чай", "", 460, 72),
    Listed("matcha", "Матча латте", "чай", "", 880, 331),
    Listed("cocoa-s", "Какао S", "какао", "какао", 560, 158),
    Listed("cocoa-m", "Какао M", "какао", "какао", 660, 207),
    Listed("choc", "Горячий шоколад", "какао", "", 780, 296),
    Listed("cold", "Колд брю", "холодное", "", 720, 168),
    Listed("tonic", "Эспрессо-тоник", "холодное", "", 790, 287),
    Listed("lemon", "Лимонад домашний", "холодное", "", 650, 171),
    Listed("water", "Вода без газа", "холодное", "", 290, 208),
    Listed("juice", "Сок яблочный", "холодное", "", 390, 286),
    Listed("cro", "Круассан", "выпечка", "", 450, 214),
    Listed("cro-a", "Круассан миндальный", "выпечка", "", 620, 338),
    Listed("bun", "Булочка с корицей", "выпечка", "", 420, 191),
    Listed("syr", "Сырники", "выпечка", "", 890, 402),
    Listed("mak", "Маковый рулет", "выпечка", "", 410, 302),
    Listed("cook", "Печенье овсяное", "выпечка", "", 260, 102),
    Listed("cake-h", "Торт медовик", "десерты", "", 820, 446),
    Listed("cake-n", "Чизкейк", "десерты", "", 940, 561),
    Listed("ekl", "Эклер", "десерты", "", 480, 344),
    Listed("zef", "Зефир", "десерты", "", 240, 131),
    Listed("pana", "Панини с курицей", "еда", "", 1150, 604),
    Listed("sand", "Сэндвич с лососем", "еда", "", 1490, 1082),
    Listed("oat", "Овсяное молоко", "добавки", "", 150, 62),
    Listed("coco", "Кокосовое молоко", "добавки", "", 170, 78),
    Listed("syrup", "Сироп", "добавки", "", 100, 21),
    Listed("shot", "Порция эспрессо", "добавки", "", 150, 54),
];

/// All sizes and kinds that stand in a category.
pub(in crate::testing) fn of(category: &str) -> impl Iterator<Item = &'static Listed> {
    PRODUCTS.iter().filter(move |product| product.2 == category)
}

using Gatehouse.Products;
using Gatehouse.Storage;

namespace Gatehouse.Local.Demo;

/// <summary>60 products in 5 categories, always the same.</summary>
internal static class DemoProducts
{
    private static readonly (string Category, (string Name, decimal Price, string Description)[] Products)[] Catalogue =
    [
        ("Books",
        [
            ("Atlas of Quiet Places", 49.00m, "128 maps of moors, islets and high valleys, printed on uncoated paper."),
            ("Bread from Scratch", 28.50m, "Sourdough, rye and flatbreads, with a timetable for working days."),
            ("The Lighthouse Keeper's Log", 18.90m, "A novel in diary entries, from the first frost to the last."),
            ("Night Sky for Beginners", 22.00m, "Star charts for every month, readable by red light."),
            ("A Short History of Salt", 16.00m, "How a white crystal built cities, roads and quarrels."),
            ("Cycling the Danube", 24.90m, "Twelve stages from source to delta, with ferries and repair shops."),
            ("Pencil Drawing Workbook", 19.50m, "Forty exercises on perforated sheets."),
            ("Tales from the Tram", 14.00m, "Twenty-two short stories, each as long as a ride."),
            ("The Gardener's Year", 26.00m, "What to sow, prune and leave alone, week by week."),
            ("Small Boats", 32.00m, "Drawings and lines of nine dinghies to build at home."),
            ("Café Conversations: French", 21.00m, "Everyday dialogues with audio, for the second year."),
            ("Birdsong in Notes", 35.00m, "Sixty songs written down for flute and recorder."),
        ]),
        ("Garden",
        [
            ("Watering Can, 9 l", 39.90m, "Zinc-plated, balanced, with a brass rose."),
            ("Folding Pruning Saw", 27.00m, "Cuts on the pull; the blade locks in two positions."),
            ("Terracotta Planter, 30 cm", 24.50m, "Frost-proof, with saucer."),
            ("Hose on Reel, 20 m", 74.00m, "Does not kink; turns on its base."),
            ("Solar Lantern", 18.00m, "Lights by itself at dusk, for about eight hours."),
            ("Garden Twine, 200 m", 6.50m, "Natural jute in a tin with a cutter."),
            ("Hand Fork", 14.90m, "Stainless steel with an ash handle."),
            ("Compost Thermometer", 29.00m, "Half a metre long, to see whether the heap is working."),
            ("Seed Box, Spring Salads", 12.00m, "Seven leaf salads that follow each other."),
            ("Bird Bath", 44.00m, "Cast stone, shallow enough for wrens."),
            ("Kneeling Pad", 11.50m, "Thick cork, warm on cold ground."),
            ("Wheelbarrow, 85 l", 119.00m, "Galvanised tray and a tyre that needs no air."),
        ]),
        ("Kitchen",
        [
            ("Gooseneck Kettle, 0.9 l", 64.00m, "Pours slowly and exactly; keeps a temperature for half an hour."),
            ("Burr Coffee Grinder", 129.00m, "Conical steel burrs, forty settings, quiet enough for mornings."),
            ("Bread Knife, 23 cm", 42.00m, "Serrated on one side, for crust without crumbs."),
            ("Cast-Iron Pan, 26 cm", 58.00m, "Seasoned; better every year."),
            ("Mixing Bowl, 4 l", 23.50m, "Heavy stoneware with a lip for pouring."),
            ("Digital Scale", 31.00m, "Weighs to the gram, up to five kilograms."),
            ("Oven Gloves", 17.00m, "Quilted cotton up to the elbow."),
            ("Salad Spinner", 26.90m, "Stops at the push of a button; the bowl goes on the table."),
            ("Tea Tin, 250 g", 9.90m, "Double lid, keeps air and light out."),
            ("Rolling Pin", 15.50m, "One piece of beech, tapered."),
            ("Jam Jars, Set of 6", 13.00m, "330 ml with twist-off lids and labels."),
            ("Crêpe Pan, 24 cm", 36.00m, "Low rim and a long handle, for a good flip."),
        ]),
        ("Office",
        [
            ("Desk Lamp", 89.00m, "Warm to cold light, held by a joint that stays where it is put."),
            ("Fountain Pen, Fine", 48.00m, "Steel nib; takes cartridges and a converter."),
            ("Dotted Notebook, A5", 16.90m, "192 numbered pages that lie flat."),
            ("Paper Tray", 21.00m, "Stackable, in birch plywood."),
            ("Standing Mat", 67.00m, "Soft enough for an hour on the telephone."),
            ("Cable Box", 25.00m, "Hides a six-way socket and what hangs on it."),
            ("Whiteboard, 60 × 90 cm", 54.00m, "Enamelled; wipes clean after weeks."),
            ("Stapler", 18.50m, "Twenty-five sheets with one hand."),
            ("Monitor Stand", 46.00m, "Lifts the screen by 12 cm, with room for a keyboard."),
            ("Sticky Notes, 12 Pads", 8.90m, "Four quiet colours."),
            ("Letter Scale", 33.00m, "Mechanical, up to 500 g."),
            ("Wall Calendar", 14.00m, "A month a page, with space to write."),
        ]),
        ("Sport",
        [
            ("Yoga Mat, 5 mm", 52.00m, "Natural rubber that grips on wood and stone."),
            ("Climbing Rope, 60 m", 169.00m, "9.8 mm single rope with a marked middle."),
            ("Running Belt", 22.00m, "Holds a telephone and two gels, and does not bounce."),
            ("Skipping Rope", 13.50m, "Steel cable on bearings, cut to length."),
            ("Swim Goggles", 24.00m, "Mirrored, with three nose bridges."),
            ("Bicycle Pump", 38.00m, "To 11 bar, with a gauge at eye level."),
            ("Trail Gaiters", 29.90m, "Keep grit out of low shoes."),
            ("Foam Roller", 27.50m, "Firm, 45 cm long."),
            ("Table Tennis Set", 34.00m, "Two bats, six balls and a net for any table."),
            ("Dry Bag, 20 l", 19.90m, "Rolls shut; floats when it must."),
            ("Hiking Poles", 79.00m, "Aluminium in three parts, with cork grips."),
            ("Badminton Shuttles, 6", 18.00m, "Goose feathers, medium speed."),
        ]),
    ];

    /// <param name="now">The creation time of the first product.</param>
    public static IEnumerable<Product> Create(DateTimeOffset now)
    {
        // One millisecond apart, so that the ids sort in this order.
        var created = now;
        foreach (var (category, products) in Catalogue)
        {
            foreach (var (name, price, description) in products)
            {
                yield return new Product
                {
                    Id = RecordId.Create(created),
                    Name = name,
                    Description = description,
                    Category = category,
                    Price = price,
                    Currency = "EUR",
                    CreatedAt = created,
                    UpdatedAt = created,
                };
                created = created.AddMilliseconds(1);
            }
        }
    }
}

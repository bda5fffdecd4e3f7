using Gatehouse.Products;

namespace Gatehouse.Local.Demo;

/// <summary>60 products in 5 categories, the same ones every time.</summary>
internal static class DemoProducts
{
    private const int MinPrice = 5;
    private const int PriceStep = 7;

    private static readonly (string Category, string[] Kinds)[] Categories =
    [
        ("Books", ["Atlas", "Cookbook", "Novel", "Travel guide"]),
        ("Garden", ["Hose", "Lantern", "Planter", "Watering can"]),
        ("Kitchen", ["Bread knife", "Coffee grinder", "Kettle", "Mixing bowl"]),
        ("Office", ["Desk lamp", "Fountain pen", "Notebook", "Paper tray"]),
        ("Sport", ["Climbing rope", "Running belt", "Skipping rope", "Yoga mat"]),
    ];

    private static readonly (string Name, string Description)[] Editions =
    [
        ("Classic", "The one that has been in the range since the beginning."),
        ("Compact", "Smaller and lighter, for those with little room."),
        ("Deluxe", "Better material, made to be handed down."),
    ];

    public static IEnumerable<Product> Create(DateTimeOffset now)
    {
        var number = 0;
        foreach (var (category, kinds) in Categories)
        {
            foreach (var kind in kinds)
            {
                foreach (var (edition, description) in Editions)
                {
                    // A millisecond apart, so that the order of the ids is the order here.
                    var created = now.AddMilliseconds(number);
                    yield return new Product
                    {
                        Id = Guid.CreateVersion7(created).ToString("N"),
                        Name = $"{edition} {kind.ToLowerInvariant()}",
                        Description = description,
                        Category = category,
                        Price = MinPrice + (number * PriceStep % 90) + 0.95m,
                        Currency = "EUR",
                        CreatedAt = created,
                        UpdatedAt = created,
                    };
                    number++;
                }
            }
        }
    }
}

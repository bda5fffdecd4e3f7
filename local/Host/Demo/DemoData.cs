using System.Buffers.Text;
using System.Security.Cryptography;
using Gatehouse.Authentication;
using Gatehouse.Keys;
using Gatehouse.Products;

namespace Gatehouse.Local.Demo;

/// <summary>
/// Users, a client and products to try the API with, made at the first start, before the first request. Passwords are
/// random. Whoever removes the file with the passwords gets new ones at the next start.
/// </summary>
internal sealed class DemoData(
    DemoPlace place,
    IUserStore users,
    IProductStore products,
    PasswordHashing passwordHashing,
    FileSecretSource secrets,
    TimeProvider time) : IHostedService
{
    public const string ClientId = "demo-client";

    private const int PasswordBytes = 15;
    private static readonly string[] Roles = ["viewer", "editor", "admin"];

    /// <summary>Where the passwords are.</summary>
    public DemoFile File { get; } = new(Path.Combine(place.DataFolder, "demo.env"));

    /// <summary>Whether this start has made the data.</summary>
    public bool IsNew { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (File.Exists)
        {
            return;
        }

        var passwords = Roles.ToDictionary(static role => role, static _ => CreateSecret());

        // Hashing keeps a core busy for half a second or so; the disk is another matter, so both go on at once.
        var hashing = Task.WhenAll(Roles.Select(role => passwordHashing.HashAsync(passwords[role], cancellationToken)));
        var clientSecret = CreateSecret();
        await secrets.AddVersionAsync(ClientId, clientSecret, "text/plain", cancellationToken);
        await AddProductsAsync(cancellationToken);
        foreach (var (role, hash) in Roles.Zip(await hashing))
        {
            await SetUserAsync(role, hash, cancellationToken);
        }

        await File.WriteAsync(
            place.Url,
            [
                .. Roles.Select(role => ($"{role.ToUpperInvariant()}_PASSWORD", passwords[role])),
                ("CLIENT_ID", ClientId),
                ("CLIENT_SECRET", clientSecret),
            ],
            cancellationToken);
        IsNew = true;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static string CreateSecret() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(PasswordBytes));

    private async Task SetUserAsync(string role, string hash, CancellationToken cancellationToken)
    {
        _ = UserName.TryParse(role, out var name);
        var user = new User
        {
            Id = Guid.NewGuid().ToString("N"),
            Name = name,
            PasswordHash = hash,
            Roles = [role],
            CreatedAt = time.GetUtcNow(),
        };
        if (await users.TryAddAsync(user, cancellationToken) is null && await users.FindAsync(name, cancellationToken) is { } existing)
        {
            await users.TryReplaceAsync(existing with { PasswordHash = hash }, cancellationToken);
        }
    }

    private async Task AddProductsAsync(CancellationToken cancellationToken)
    {
        if ((await products.ListAsync(new ProductQuery(PageSize: 1, After: null, Category: null, Search: null), cancellationToken)).Items.Count > 0)
        {
            return;
        }

        foreach (var product in DemoProducts.Create(time.GetUtcNow()))
        {
            await products.AddAsync(product, cancellationToken);
        }
    }
}

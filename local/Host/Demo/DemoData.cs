using System.Buffers.Text;
using System.Security.Cryptography;
using Gatehouse.Authentication;
using Gatehouse.Keys;
using Gatehouse.Products;

namespace Gatehouse.Local.Demo;

/// <summary>
/// Users, a client and products to try the API with. Their passwords are random, made at the first start and written to
/// a file that only its owner may read.
/// </summary>
internal sealed class DemoData(
    DemoPlace place,
    IUserStore users,
    IProductStore products,
    PasswordHashing hashing,
    FileSecretSource secrets,
    TimeProvider time)
{
    public const string ClientId = "demo-client";

    private const int PasswordBytes = 15;
    private static readonly string[] Roles = ["viewer", "editor", "admin"];

    /// <summary>The file with the passwords, to be read by a shell.</summary>
    public string File { get; } = Path.Combine(place.DataFolder, "demo.env");

    /// <summary>Makes the data unless it was made before. Whoever has removed the file gets new passwords.</summary>
    /// <returns>Whether it was made now.</returns>
    public async Task<bool> EnsureAsync(CancellationToken cancellationToken)
    {
        if (System.IO.File.Exists(File))
        {
            return false;
        }

        var passwords = Roles.ToDictionary(static role => role, static _ => CreateSecret());

        // Hashing a password takes a core a tenth of a second: all at once.
        var hashes = await Task.WhenAll(Roles.Select(role => Task.Run(() => hashing.Hash(passwords[role]), cancellationToken)));
        foreach (var (role, hash) in Roles.Zip(hashes))
        {
            await SetUserAsync(role, hash, cancellationToken);
        }

        var clientSecret = CreateSecret();
        await secrets.AddVersionAsync(ClientId, clientSecret, "text/plain", cancellationToken);
        await AddProductsAsync(cancellationToken);
        await WriteFileAsync(passwords, clientSecret, cancellationToken);
        return true;
    }

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

    private async Task WriteFileAsync(Dictionary<string, string> passwords, string clientSecret, CancellationToken cancellationToken)
    {
        var settings = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            settings.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        await using var writer = new StreamWriter(File, settings);
        await writer.WriteLineAsync($"GATEHOUSE_URL={place.Url}");
        foreach (var role in Roles)
        {
            await writer.WriteLineAsync($"{role.ToUpperInvariant()}_PASSWORD={passwords[role]}");
        }

        await writer.WriteLineAsync($"CLIENT_ID={ClientId}");
        await writer.WriteLineAsync($"CLIENT_SECRET={clientSecret}".AsMemory(), cancellationToken);
    }
}

using System.Buffers.Text;
using System.Security.Cryptography;
using Gatehouse.Keys;
using Gatehouse.Products;
using Gatehouse.Users;

namespace Gatehouse.Local.Demo;

/// <summary>Where the demo is kept and called.</summary>
/// <param name="DataFolder">The data folder of local/Host.</param>
/// <param name="Url">The URL of the API.</param>
internal sealed record DemoPlace(string DataFolder, string Url);

/// <summary>
/// Users, a client and products to try the API with, made at the first start, before the first request. Passwords are
/// random. If the file with the passwords is removed, the next start makes new ones.
/// </summary>
internal sealed class DemoData(
    DemoPlace place,
    IUserStore users,
    IProductStore products,
    PasswordHashing passwordHashing,
    FileSecretSource secrets,
    TimeProvider time) : IHostedLifecycleService
{
    public const string ClientId = "demo-client";

    private const int PasswordBytes = 24;
    private static readonly string[] Roles = ["viewer", "editor", "admin"];

    private Dictionary<string, string> _passwords = [];
    private Task<string[]> _hashing = Task.FromResult<string[]>([]);

    /// <summary>The file with the passwords.</summary>
    public DemoFile File { get; } = new(Path.Combine(place.DataFolder, "demo.env"));

    /// <summary>Whether this start made the data.</summary>
    public bool IsNew { get; private set; }

    /// <summary>Starts hashing, which keeps one core busy for half a second while another makes the database and the key.</summary>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists)
        {
            _passwords = Roles.ToDictionary(static role => role, static _ => CreateSecret());
            _hashing = Task.WhenAll(Roles.Select(role => passwordHashing.HashAsync(_passwords[role], cancellationToken)));
        }

        return Task.CompletedTask;
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (_passwords.Count == 0)
        {
            return;
        }

        var clientSecret = CreateSecret();
        await secrets.AddVersionAsync(ClientId, clientSecret, "text/plain", cancellationToken);
        await AddProductsAsync(cancellationToken);
        foreach (var (role, hash) in Roles.Zip(await _hashing))
        {
            await SetUserAsync(role, hash, cancellationToken);
        }

        await File.WriteAsync(
            place.Url,
            [
                .. Roles.Select(role => ($"{role.ToUpperInvariant()}_PASSWORD", _passwords[role])),
                ("CLIENT_ID", ClientId),
                ("CLIENT_SECRET", clientSecret),
            ],
            cancellationToken);
        IsNew = true;
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

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

using System.Text;
using System.Text.Json;
using Azure.Data.Tables;
using Gatehouse.Backup;

namespace Gatehouse.Tests.Unit.Backup;

public sealed class EntityJsonTests
{
    [Fact]
    public void Entity_OfEveryType_ComesBack()
    {
        var entity = new TableEntity("partition", "row \"1\"\n馬")
        {
            ["Text"] = "O'Brien\r\n",
            ["Flag"] = true,
            ["Number"] = -3,
            ["Large"] = long.MaxValue,
            ["Fraction"] = 0.1,
            ["Time"] = new DateTimeOffset(2026, 3, 29, 1, 59, 59, TimeSpan.Zero).AddTicks(1234567),
            ["Bytes"] = new byte[] { 0, 255, 13 },
            ["Nothing"] = null,
            ["odata.etag"] = "W/\"1\"",
        };

        var line = Write(entity);

        var read = EntityJson.Read(line);
        Assert.DoesNotContain('\n', line);
        Assert.Equal(entity.Where(static property => property.Key is not ("Nothing" or "odata.etag")).OrderBy(static property => property.Key), read.OrderBy(static property => property.Key));
    }

    [Fact]
    public void Entity_OfATypeThatNoTableOfOursHas_IsRefused()
    {
        Assert.Throws<InvalidDataException>(() => Write(new TableEntity("a", "b") { ["Id"] = Guid.Empty }));
        Assert.Throws<InvalidDataException>(() => EntityJson.Read("""{"Id@odata.type":"Edm.Guid","Id":"00000000-0000-0000-0000-000000000000"}"""));
    }

    private static string Write(TableEntity entity)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            EntityJson.Write(json, entity);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
